import type { VesselFacts } from '../../contract/upstream/crep.ts';
import { either, facts, firstNumber, internSource, propertiesOf, readPlace, readTime, sourceOf } from './common.ts';
import { FLAG } from './flags.ts';
import { mmsiOf } from './identity.ts';
import { type Json, numberOf, objectOf } from './json.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { cleanAis } from './text.ts';
import { KNOT_MPS } from './units.ts';
import { categoryOfType, categoryOfWord, classOfMmsi } from './vessel-category.ts';

const MOST_MPS = 31;
const MOST_SAR_MPS = 150;
const SOG_UNKNOWN = 102.3;
/** Of search and rescue aircraft, whose 102.3 is a real speed. */
const SAR_SOG_UNKNOWN = 1_023;
const SART_ACTIVE = 14;

/** One vessel of any carrier but the AIS upstream's own frames (crep §3.3). */
export function readVessel(item: Json, report: Report, context: ItemContext): Refusal | undefined {
  const properties = propertiesOf(item);
  const slim = context.carrier === 'slim';
  // A slim record may have nothing but an id, which is the number.
  const refusal = readMmsi(either(item, properties, 'mmsi') ?? item.MMSI ?? (slim ? item.id : undefined), report);
  if (refusal !== undefined) return refusal;
  report.source = internSource(sourceOf(item, context));
  readPlace(item, report);
  const sog = firstNumber(item.sog, properties?.sog, item.speed, properties?.speed, properties?.speed_knots);
  if (!(slim && sog === 0)) setSpeed(sog, report);
  report.trackDeg = bearing(firstNumber(item.cog, properties?.cog, item.course, properties?.course), 360);
  const heading = firstNumber(item.heading, properties?.heading, objectOf(item.state)?.heading);
  if (!(slim && heading === 0)) report.headingDeg = bearing(heading, 511);
  report.rotDegPerMin = turnOf(either(item, properties, 'rot'));
  setStatus(
    firstNumber(properties?.navStatusNum, item.navStatusNum, item.navStatus, properties?.navStatus) ??
      statusOfWord(either(item, properties, 'navStatus')),
    report,
  );
  const name = nameOf(item.name ?? properties?.shipName ?? properties?.name);
  report.label = name?.label;
  const type = either(item, properties, 'shipTypeNum') ?? either(item, properties, 'shipType') ?? properties?.ship_type;
  setCategory(type, report);
  report.x = readFacts(item, properties, name?.country);
  readTime(item, report, context);
  return undefined;
}

export function readMmsi(value: unknown, report: Report): Refusal | undefined {
  const mmsi = mmsiOf(value);
  if (mmsi === undefined) return 'no_identity';
  if (mmsi === 'bad') return 'bad_mmsi';
  report.id = mmsi;
  if (classOfMmsi(mmsi) === 'distress_beacon') report.flags |= FLAG.emergency;
  return undefined;
}

/** Knots. */
export function setSpeed(sog: number | undefined, report: Report): void {
  if (sog === undefined || sog < 0) return;
  const sar = report.id.startsWith('111');
  if (sog === (sar ? SAR_SOG_UNKNOWN : SOG_UNKNOWN)) return;
  const mps = sog * KNOT_MPS;
  if (mps <= (sar ? MOST_SAR_MPS : MOST_MPS)) report.speedMps = mps;
  else report.flags |= FLAG.implausibleSpeed;
}

/** For AIS, 360 (course) and 511 (heading) mean that there is none; so does every other number outside the circle. */
export const bearing = (value: number | undefined, none: 360 | 511): number | undefined =>
  value === undefined || value === none || value < 0 || value >= 360 ? undefined : value;

const ROT_UNKNOWN = -128;
export const turnOf = (value: unknown): number | undefined => {
  const rate = numberOf(value);
  return rate === undefined || rate === ROT_UNKNOWN ? undefined : rate;
};

const STATUS_WORDS: readonly (readonly [word: string, status: number])[] = [
  ['sailing', 8],
  ['under way', 0],
  ['at anchor', 1],
  ['not under command', 2],
  ['restricted', 3],
  ['constrained', 4],
  ['moored', 5],
  ['aground', 6],
  ['fishing', 7],
  ['sart', 14],
];

const statusOfWord = (value: unknown): number | undefined => {
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  return STATUS_WORDS.find(([start]) => word.includes(start))?.[1];
};

export function setStatus(status: number | undefined, report: Report): void {
  if (status === undefined || !Number.isInteger(status) || status < 0 || status > SART_ACTIVE) return;
  report.navStatus = status;
  if (status === SART_ACTIVE) report.flags |= FLAG.emergency;
}

export function setCategory(type: unknown, report: Report): void {
  const number = numberOf(type);
  report.category =
    classOfMmsi(report.id) ??
    (number !== undefined ? categoryOfType(number) : typeof type === 'string' ? categoryOfWord(type) : undefined);
}

/** `Unknown` and `MMSI …` are no names; `X [FLG]` has the country behind it. */
export function nameOf(value: unknown): { readonly label: string; readonly country: string | undefined } | undefined {
  const text = cleanAis(value);
  if (text === undefined || (text.length === 7 && text.toLowerCase() === 'unknown') || /^MMSI\b/i.test(text))
    return undefined;
  if (text.charCodeAt(text.length - 1) !== 0x5d) return { label: text, country: undefined };
  const match = /^(.+?)\s*\[([A-Z]{2,3})\]$/.exec(text);
  return match?.[1] === undefined ? { label: text, country: undefined } : { label: match[1], country: match[2] };
}

const positive = (value: number | undefined, most: number): number | undefined =>
  value !== undefined && value > 0 && value <= most ? value : undefined;

export const sizes = (length: number | undefined, width: number | undefined, draught: number | undefined) => ({
  lengthM: positive(length, 1_100),
  widthM: positive(width, 200),
  draughtM: positive(draught, 40),
});

export const imoOf = (value: unknown): number | undefined => {
  const imo = numberOf(value);
  return imo !== undefined && Number.isInteger(imo) && imo > 0 && imo < 10_000_000 ? imo : undefined;
};

function readFacts(item: Json, properties: Json | undefined, country: string | undefined): VesselFacts | undefined {
  const destination = cleanAis(either(item, properties, 'destination'));
  if (properties === undefined && item.imo === undefined && item.flag === undefined && item.callsign === undefined) {
    if (destination === undefined && country === undefined && item.eta === undefined) return undefined;
  }
  return facts<VesselFacts>({
    callsign: cleanAis(either(item, properties, 'callsign')),
    destination,
    imo: imoOf(either(item, properties, 'imo')),
    ...sizes(
      firstNumber(properties?.length, item.length),
      firstNumber(properties?.width, item.width),
      firstNumber(properties?.draft, properties?.draught, item.draught, item.draft),
    ),
    eta: cleanAis(either(item, properties, 'eta')),
    aisClass: undefined,
    country: cleanAis(either(item, properties, 'flag')) ?? country,
  });
}
