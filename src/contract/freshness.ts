/**
 * How old a value is, judged by how often it should come. Connected is not live.
 * never: no value yet · live · late: one beat missed · stale: do not rely on it · gone: its source is not there any more.
 */
export type Freshness = 'never' | 'live' | 'late' | 'stale' | 'gone';

/** A value is late after this many cadences without a new one. */
const LATE_CADENCES = 2.2;
/** A value is stale after this many cadences without a new one. */
const STALE_CADENCES = 4.5;
/** Fast sources get at least this long, in ms, before a hiccup is called late or stale. */
const LATE_FLOOR_MS = 1_500;
const STALE_FLOOR_MS = 3_000;

/** The ages (ms) at which a value of this cadence (ms between values) becomes late and stale. */
export function freshnessLimits(cadenceMs: number): { readonly lateMs: number; readonly staleMs: number } {
  return {
    lateMs: Math.max(LATE_FLOOR_MS, cadenceMs * LATE_CADENCES),
    staleMs: Math.max(STALE_FLOOR_MS, cadenceMs * STALE_CADENCES),
  };
}

/** Judges one value. `ageMs` is undefined when no value ever came. A gone source makes every value gone, whatever its age. */
export function freshnessOf(ageMs: number | undefined, cadenceMs: number, sourceGone: boolean): Freshness {
  if (ageMs === undefined) return 'never';
  if (sourceGone) return 'gone';
  const { lateMs, staleMs } = freshnessLimits(cadenceMs);
  if (ageMs >= staleMs) return 'stale';
  return ageMs >= lateMs ? 'late' : 'live';
}
