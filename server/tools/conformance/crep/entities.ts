import type { CrepEntity, CrepRecord } from '../../../../src/contract/upstream/crep.ts';
import { ageOf, deviceStatus, eventStatus, rendering } from '../../../../src/upstreams/crep/age.ts';
import { type Fields, isFields } from './line.ts';

const TOLERANCE: Readonly<Record<string, number>> = {
  lon: 1e-6,
  lat: 1e-6,
  alt_m: 0.1,
  speed_mps: 0.01,
  vrate_mps: 0.01,
  track_deg: 0.01,
  heading_deg: 0.01,
};

/** What a store promises beside its records: the picture from before. */
export interface Before {
  readonly lon: number | undefined;
  readonly lat: number | undefined;
}

type Read = (it: CrepRecord, now: number) => unknown;
const field =
  (name: string): Read =>
  (it) =>
    (it as unknown as Fields)[name];
const fact =
  (name: string): Read =>
  (it) =>
    isFields(it.x) ? it.x[name] : undefined;

export const READ: Readonly<Record<string, Read>> = {
  kind: field('kind'),
  lon: field('lon'),
  lat: field('lat'),
  alt_m: field('altM'),
  speed_mps: field('speedMps'),
  track_deg: field('trackDeg'),
  heading_deg: field('headingDeg'),
  vrate_mps: field('vrateMps'),
  t_ms: field('at'),
  on_ground: field('onGround'),
  label: field('label'),
  category: field('category'),
  squawk: field('squawk'),
  nav_status: field('navStatus'),
  rot: field('rotDegPerMin'),
  severity: field('severity'),
  magnitude: field('magnitude'),
  depth_km: field('depthKm'),
  expires_ms: field('expiresAt'),
  orbit: field('orbit'),
  status: (it, now) =>
    it.kind === 'event' ? eventStatus(it, now) : it.kind === 'device' ? deviceStatus(it, now) : fact('status')(it, now),
  callsign: (it, now) => (it.kind === 'aircraft' ? it.label : fact('callsign')(it, now)),
  destination: fact('destination'),
  origin: fact('origin'),
  registration: fact('registration'),
  imo: fact('imo'),
  eta: fact('eta'),
  length_m: fact('lengthM'),
  width_m: fact('widthM'),
  draught_m: fact('draughtM'),
  ais_class: (it, now) =>
    it.category in { sar_aircraft: 1, coast_station: 1, aid_to_navigation: 1, daughter_craft: 1, distress_beacon: 1 }
      ? it.category
      : fact('aisClass')(it, now),
  confidence: fact('confidence'),
  elements: (it) => (it.kind === 'satellite' ? it.elements?.form : undefined),
  ring_points: (it) => (it.kind === 'event' && it.shape?.is === 'polygon' ? it.shape.rings[0]?.length : undefined),
};

const AGES: Readonly<Record<string, string>> = { gone: 'off-map' };

/** Compares every field that a vector promises of one entity; undefined when all are so. */
export function checkEntity(
  expected: Fields,
  actual: CrepRecord,
  now: number,
  before: Before | undefined,
): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const problem = checkField(name, value, actual, now, before);
    if (problem !== undefined) return `${actual.key}: ${problem}`;
  }
  return undefined;
}

function checkField(
  name: string,
  value: unknown,
  it: CrepRecord,
  now: number,
  before: Before | undefined,
): string | undefined {
  const said = (actual: unknown): string =>
    `${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(actual) ?? 'nothing'}`;
  switch (name) {
    case 'key':
      return it.key === value ? undefined : said(it.key);
    // For people: what kind of refusal it was is all that can be compared.
    case 'reason':
      return it.kind === 'satellite' && it.noElements !== undefined ? undefined : said('no reason');
    case 'shape': {
      const shape =
        it.kind === 'event' && it.shape !== undefined ? it.shape.is : it.lon === undefined ? 'none' : 'point';
      return String(value).toLowerCase().startsWith(shape) ? undefined : said(shape);
    }
    case 'segments': {
      const segments = it.kind === 'event' && it.shape?.is === 'line' ? it.shape.segments : [];
      return isAlike(name, value, typeof value === 'number' ? segments.length : segments) ? undefined : said(segments);
    }
    case 'flags':
      return (value as string[]).every((flag) => it.flags.includes(flag.replaceAll('_', '-')))
        ? undefined
        : said(it.flags);
    case 'position':
      return positionOf(it) === value ? undefined : said(positionOf(it));
    case 'render':
      return checkRender(value, rendering(it, now)) ? undefined : said(rendering(it, now));
    case 'state_at_line_clock': {
      const age = ageOf(it, now);
      return age === (AGES[String(value)] ?? value) ? undefined : said(age);
    }
    case 'position_held':
    case 'position_unchanged':
      if (value !== true) return undefined;
      return it.lon === before?.lon && it.lat === before?.lat ? undefined : said([it.lon, it.lat]);
    case 'label_max':
      return (it.label?.length ?? 0) <= Number(value) ? undefined : said(it.label?.length);
    case 'ignore_fields':
      return it.lon === undefined && it.lat === undefined ? undefined : said([it.lon, it.lat]);
    default: {
      const read = READ[name];
      if (read === undefined) return `${name}: nothing checks this promise`;
      const actual = read(it, now);
      return isAlike(name, value, actual) ? undefined : said(actual);
    }
  }
}

const positionOf = (it: CrepEntity & { readonly elements?: unknown }): string | null => {
  if (it.elements !== undefined) return 'computed';
  return it.lon === undefined ? null : 'reported';
};

const checkRender = (expected: unknown, actual: string): boolean =>
  expected === 'list_only' ? actual === 'list' : expected === 'off_by_default' ? actual === 'off' : actual === 'map';

export function isAlike(name: string, expected: unknown, actual: unknown): boolean {
  if (expected === null) return actual === undefined || (name === 'category' && actual === 'unknown');
  if (typeof expected === 'number' && typeof actual === 'number') {
    const off = Math.abs(expected - actual);
    return Math.min(off, name.endsWith('_deg') ? Math.abs(360 - off) : off) <= (TOLERANCE[name] ?? 1e-9);
  }
  return JSON.stringify(expected) === JSON.stringify(actual);
}
