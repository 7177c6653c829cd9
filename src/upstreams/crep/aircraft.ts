import type { AircraftFacts } from '../../contract/upstream/crep.ts';
import { aircraftCategory } from './aircraft-category.ts';
import {
  circle,
  either,
  facts,
  firstNumber,
  internSource,
  propertiesOf,
  readPlace,
  readTime,
  sourceOf,
  takeTime,
} from './common.ts';
import { FLAG } from './flags.ts';
import { hexOf, plainId } from './identity.ts';
import { type Json, numberOf, objectOf, stringOf } from './json.ts';
import { place } from './place.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { cleanText } from './text.ts';
import { FOOT_M, FPM_MPS, guessUnits, KNOT_MPS, unitsOf } from './units.ts';

const MOST_MPS = 1_000;

/** One aircraft of any carrier (crep §3.2) into the report. */
export function readAircraft(item: Json, report: Report, context: ItemContext): Refusal | undefined {
  const properties = propertiesOf(item);
  const callsign = callsignOf(item, properties);
  const id = identityOf(item, properties, callsign);
  if (id === undefined) return 'no_identity';
  report.id = id;
  report.label = callsign;
  const source = sourceOf(item, context);
  report.source = internSource(source);
  place.altM = undefined;
  readPlace(item, report);
  readMotion(item, properties, report, context, source);
  readGround(item, properties, report);
  report.squawk = squawkOf(either(item, properties, 'squawk'));
  if (isEmergency(report.squawk, item.emergency)) report.flags |= FLAG.emergency;
  if (context.wrapperMs !== undefined && item.hex !== undefined) {
    const age = firstNumber(item.seen_pos, item.seen);
    takeTime(age === undefined ? undefined : context.wrapperMs - age * 1_000, report, context);
  } else readTime(item, report, context);
  readFacts(item, properties, report);
  report.category = aircraftCategory(report, item, properties);
  return undefined;
}

/** `Unknown`, padding and nothing are no call sign. */
function callsignOf(item: Json, properties: Json | undefined): string | undefined {
  const text = cleanText(item.callsign ?? properties?.callsign ?? item.flight ?? item.name);
  return text === undefined || isUnknown(text) ? undefined : text;
}

const isUnknown = (text: string): boolean => text.length === 7 && text.toLowerCase() === 'unknown';

function identityOf(item: Json, properties: Json | undefined, callsign: string | undefined): string | undefined {
  const hex =
    hexOf(item.icao24) ??
    hexOf(item.icao) ??
    hexOf(item.hex) ??
    (properties === undefined
      ? undefined
      : (hexOf(properties.icao24) ?? hexOf(properties.icao) ?? hexOf(properties.hex))) ??
    // Slim records have nothing but an id, which mostly is the address.
    hexOf(item.id);
  if (hex !== undefined) return hex;
  const named = item.callsign ?? properties?.callsign ?? item.flight;
  if (callsign !== undefined && named !== undefined) return `cs:${callsign.toUpperCase()}`;
  const id = plainId(item.id);
  return id === undefined ? undefined : `id:${id}`;
}

function readMotion(
  item: Json,
  properties: Json | undefined,
  report: Report,
  context: ItemContext,
  source: string | undefined,
): void {
  const slim = context.carrier === 'slim';
  // Numbers that a slim record does not have arrive as 0.
  const real = (value: number | undefined): number | undefined => (slim && value === 0 ? undefined : value);
  const altitude = real(firstNumber(item.altitude, properties?.altitude));
  const velocity = real(firstNumber(item.velocity, properties?.velocity));
  const speed = real(firstNumber(item.speed, properties?.speed, item.gs));
  const climb = firstNumber(
    item.verticalRate,
    item.vertical_rate,
    properties?.verticalRate,
    properties?.vertical_rate,
    item.baro_rate,
  );
  report.trackDeg = circle(
    real(firstNumber(item.heading, item.track, properties?.heading, properties?.track, objectOf(item.state)?.heading)),
  );

  let units = slim || item.hex !== undefined ? 'aviation' : unitsOf(source, stringOf(item.id));
  if (context.carrier === 'mindex') units = 'mindex';
  if (units === 'unknown') {
    units = guessUnits(source, context.carrier === 'unified', velocity ?? speed, altitude);
    report.flags |= FLAG.unitsGuessed;
  }
  const aviation = units !== 'metric';
  let mps: number | undefined;
  if (units === 'mindex') mps = speed === undefined ? velocity : speed * KNOT_MPS;
  else {
    const raw = velocity ?? speed;
    mps = raw === undefined || !aviation ? raw : raw * KNOT_MPS;
  }
  const knots = firstNumber(item.velocity_knots, properties?.velocity_knots);
  setSpeed(knots === undefined ? mps : knots * KNOT_MPS, report);

  report.altM = altitude === undefined ? undefined : aviation ? altitude * FOOT_M : altitude;
  report.altM ??= otherAltitude(item, properties);
  const fpm = firstNumber(item.vertical_rate_fpm, properties?.vertical_rate_fpm);
  if (fpm !== undefined) report.vrateMps = fpm * FPM_MPS;
  else if (climb !== undefined) report.vrateMps = aviation ? climb * FPM_MPS : climb;
}

/** Fields whose names or places say the unit. */
function otherAltitude(item: Json, properties: Json | undefined): number | undefined {
  const location = objectOf(item.location);
  const feet = firstNumber(
    location?.altitude_ft,
    properties?.altitude_ft,
    item.altitude_ft,
    item.alt_ft,
    item.alt_baro,
    item.alt_geom,
  );
  if (feet !== undefined) return feet * FOOT_M;
  return firstNumber(location?.altitude, objectOf(item.state)?.altitude) ?? place.altM;
}

function setSpeed(mps: number | undefined, report: Report): void {
  if (mps === undefined || mps < 0) return;
  if (mps <= MOST_MPS) report.speedMps = mps;
  else report.flags |= FLAG.implausibleSpeed;
}

function readGround(item: Json, properties: Json | undefined, report: Report): void {
  const ground = item.onGround ?? item.on_ground ?? properties?.onGround ?? properties?.on_ground;
  if (typeof ground === 'boolean') report.onGround = ground;
  if (item.altitude === 'ground' || item.alt_baro === 'ground' || properties?.altitude === 'ground') {
    report.onGround = true;
    report.altM = undefined;
  } else if (item.hex !== undefined && numberOf(item.alt_baro) !== undefined) report.onGround ??= false;
}

function squawkOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isInteger(value) ? String(value).padStart(4, '0') : value;
  return typeof text === 'string' && /^[0-7]{4}$/.test(text) ? text : undefined;
}

const isEmergency = (squawk: string | undefined, word: unknown): boolean =>
  squawk === '7500' ||
  squawk === '7600' ||
  squawk === '7700' ||
  (typeof word === 'string' && word !== '' && word !== 'none');

function readFacts(item: Json, properties: Json | undefined, report: Report): void {
  // Records of the commonest carrier have none of them.
  if (
    properties === undefined &&
    item.registration === undefined &&
    item.origin === undefined &&
    item.hex === undefined
  )
    if (item.aircraftType === undefined && item.airline === undefined && item.flightNumber === undefined) return;
  report.x = facts<AircraftFacts>({
    registration: cleanText(either(item, properties, 'registration') ?? item.r, 20),
    type: cleanText(either(item, properties, 'aircraftType') ?? properties?.aircraft_type ?? item.t, 20),
    origin: cleanText(either(item, properties, 'origin'), 40),
    destination: cleanText(either(item, properties, 'destination'), 40),
    airline: cleanText(either(item, properties, 'airline'), 60),
    flight: cleanText(either(item, properties, 'flightNumber'), 20),
    country: cleanText(properties?.origin_country, 60),
  });
}
