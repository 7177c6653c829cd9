import type { CrepRecord, CrepSeverity } from '../../contract/upstream/crep.ts';

/** What of each kind is shown; undefined: all of it. SI units. */
export interface MapFilter {
  readonly altLowM?: number | undefined;
  readonly altHighM?: number | undefined;
  readonly speedLowMps?: number | undefined;
  readonly ground?: 'air' | 'ground' | undefined;
  /** A word of the category, of any kind. */
  readonly category?: string | undefined;
  readonly orbit?: string | undefined;
  readonly severity?: CrepSeverity | undefined;
  /** Events of the last so many hours. */
  readonly hours?: number | undefined;
  readonly emergency?: boolean | undefined;
}

export const NO_FILTER: MapFilter = {};
export const SEVERITIES: readonly CrepSeverity[] = ['info', 'low', 'medium', 'high', 'critical', 'extreme'];
export const ORBITS = ['LEO', 'MEO', 'GEO', 'HEO'] as const;

const NUMBERS = ['altLowM', 'altHighM', 'speedLowMps', 'hours'] as const;
const MAX_WORD = 60;

/** `altLowM:1000;ground:air`. What does not fit is left out. */
export function readFilter(text: string): MapFilter {
  const filter: Record<string, unknown> = {};
  for (const part of text.split(';')) {
    const [name = '', ...rest] = part.split(':');
    const value = rest.join(':').slice(0, MAX_WORD);
    if (value === '') continue;
    if ((NUMBERS as readonly string[]).includes(name)) {
      if (Number.isFinite(Number(value))) filter[name] = Number(value);
    } else if (name === 'ground') {
      if (value === 'air' || value === 'ground') filter.ground = value;
    } else if (name === 'severity') {
      if (SEVERITIES.includes(value as CrepSeverity)) filter.severity = value;
    } else if (name === 'emergency') filter.emergency = value === '1';
    else if (name === 'category' || name === 'orbit') filter[name] = value;
  }
  return filter;
}

export const writeFilter = (filter: MapFilter): string =>
  Object.entries(filter)
    .filter(([, value]) => value !== undefined && value !== false && value !== '')
    .map(([name, value]) => `${name}:${value === true ? '1' : String(value).replaceAll(';', ' ')}`)
    .join(';');

export const isFiltering = (filter: MapFilter): boolean => writeFilter(filter) !== '';

/** A filter speaks of what has the thing it asks for: heights of aircraft, severity of events; others are not touched by it. */
export function passes(filter: MapFilter, it: CrepRecord, now: number): boolean {
  if (filter.emergency === true && !it.flags.includes('emergency')) return false;
  if (filter.category !== undefined && !it.category.toLowerCase().includes(filter.category.toLowerCase())) return false;
  switch (it.kind) {
    case 'aircraft': {
      if (filter.altLowM !== undefined && !((it.altM ?? Number.NaN) >= filter.altLowM)) return false;
      if (filter.altHighM !== undefined && !((it.altM ?? Number.NaN) <= filter.altHighM)) return false;
      if (filter.ground !== undefined && (it.onGround === true) !== (filter.ground === 'ground')) return false;
      return isFast(filter, it.speedMps);
    }
    case 'vessel':
      return isFast(filter, it.speedMps);
    case 'satellite':
      return filter.orbit === undefined || it.orbit === filter.orbit;
    case 'event': {
      if (filter.hours !== undefined && now - it.at > filter.hours * 3_600_000) return false;
      if (filter.severity === undefined) return true;
      return SEVERITIES.indexOf(it.severity ?? 'info') >= SEVERITIES.indexOf(filter.severity);
    }
    default:
      return true;
  }
}

const isFast = ({ speedLowMps }: MapFilter, speed: number | undefined): boolean =>
  speedLowMps === undefined || (speed ?? Number.NaN) >= speedLowMps;

/** A text in any of an entity's names and numbers. */
export function isFound(find: string, it: CrepRecord): boolean {
  const wanted = find.trim().toLowerCase();
  return wanted === '' || namesOf(it).some((name) => name.toLowerCase().includes(wanted));
}

/** Everything an entity can be called by: call sign, hex, registration, MMSI, IMO, name, catalogue number. */
export function namesOf(it: CrepRecord): readonly string[] {
  const names: (string | number | undefined)[] = [it.label, it.key.slice(it.key.indexOf(':') + 1)];
  if (it.kind === 'aircraft') names.push(it.x?.registration, it.x?.flight, it.x?.type, it.squawk);
  if (it.kind === 'vessel') names.push(it.x?.callsign, it.x?.imo, it.x?.destination);
  if (it.kind === 'satellite') names.push(it.x?.designator, it.x?.owner);
  if (it.kind === 'event') names.push(it.x?.place, it.category);
  return names.flatMap((name) => (name === undefined ? [] : [String(name)]));
}
