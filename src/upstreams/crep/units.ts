/** Exact (crep §6.5). */
export const KNOT_MPS = 0.514444;
export const FOOT_M = 0.3048;
export const FPM_MPS = 0.00508;

/**
 * In what an aircraft's numbers are. `aviation`: feet, knots, feet per minute · `mindex`: the same, but a leftover `velocity` is m/s ·
 * `unknown`: several sources, or one that nobody knows.
 */
export type UnitSystem = 'metric' | 'aviation' | 'mindex' | 'unknown';

const BY_NAME: Readonly<Record<string, UnitSystem>> = {
  opensky: 'metric',
  flightradar24: 'aviation',
  fr24: 'aviation',
  adsbexchange: 'aviation',
  adsbx: 'aviation',
  'adsb.lol': 'aviation',
  readsb: 'aviation',
  mindex: 'mindex',
};

const BY_PREFIX: readonly (readonly [prefix: string, system: UnitSystem])[] = [
  ['osky-', 'metric'],
  ['opensky_', 'metric'],
  ['fr24_', 'aviation'],
  ['adsbx-', 'aviation'],
  ['lol-', 'aviation'],
];

const NAMES = Object.keys(BY_NAME);

const MOST_NAMES = 256;
const known = new Map<string, UnitSystem>();

/** The source decides; only without one does the id's prefix. */
export function unitsOf(source: string | undefined, id: string | undefined): UnitSystem {
  if (source === undefined || source === '') {
    const prefix = id === undefined ? undefined : BY_PREFIX.find(([start]) => id.startsWith(start));
    return prefix?.[1] ?? 'unknown';
  }
  const cached = known.get(source);
  if (cached !== undefined) return cached;
  const lower = source.trim().toLowerCase();
  // `OpenSky Network` is OpenSky; `a+b` is nobody in particular.
  const name = lower.includes('+') ? undefined : NAMES.find((start) => lower.startsWith(start));
  const system = name === undefined ? 'unknown' : (BY_NAME[name] ?? 'unknown');
  if (known.size < MOST_NAMES) known.set(source, system);
  return system;
}

/** Above these a number can only be knots or feet. */
const MOST_MPS = 350;
const MOST_M = 20_000;

/** For `a+b` and for strangers: what the numbers themselves allow, else the first name, else the shape (crep §6.5). */
export function guessUnits(
  source: string | undefined,
  unified: boolean,
  speed: number | undefined,
  altitude: number | undefined,
): 'metric' | 'aviation' {
  if ((speed !== undefined && speed > MOST_MPS) || (altitude !== undefined && altitude > MOST_M)) return 'aviation';
  for (const name of source?.split('+', 8) ?? []) {
    const system = unitsOf(name, undefined);
    if (system !== 'unknown') return system === 'metric' ? 'metric' : 'aviation';
  }
  return unified ? 'metric' : 'aviation';
}
