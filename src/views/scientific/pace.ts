import type { EpochMs } from '../../contract/time.ts';

/** How fast something gets done, judged by what was seen of it and nothing else. */
export type Pace =
  /** Too few steps were seen. */
  | { readonly is: 'unknown' }
  /** It ended, or is at 100. */
  | { readonly is: 'done' }
  | {
      readonly is: 'moving';
      readonly percentPerMin: number;
      readonly leftMs: number;
      /** For how long it was watched. */
      readonly watchedMs: number;
    }
  /** Nothing moved since; at its former pace it would have. */
  | { readonly is: 'stalled'; readonly since: EpochMs };

/** Older progress says little about now. */
const WINDOW_MS = 600_000;
const LEAST_WATCHED_MS = 5_000;
const LEAST_STALL_MS = 60_000;
/** Silent for this many of its usual steps. */
const STALL_STEPS = 6;

/**
 * `times` (ms, not decreasing) and `percents` (0–100) of one thing. A drop is a new start: what was before it does not count. The pace is
 * that of the last ten minutes.
 */
export function paceOf(times: ArrayLike<number>, percents: ArrayLike<number>, now: EpochMs): Pace {
  const last = times.length - 1;
  const end = percents[last];
  if (end === undefined) return { is: 'unknown' };
  if (end >= 100) return { is: 'done' };
  let first = last;
  let steps = 0;
  let movedAt = times[last] ?? now;
  let hasMoved = false;
  while (first > 0) {
    const before = percents[first - 1] ?? 0;
    const at = percents[first] ?? 0;
    if (before > at || now - (times[first - 1] ?? 0) > WINDOW_MS) break;
    if (before < at) {
      steps += 1;
      if (!hasMoved) movedAt = times[first] ?? now;
      hasMoved = true;
    }
    first -= 1;
  }
  const from = times[first] ?? now;
  const watchedMs = (times[last] ?? now) - from;
  const gained = end - (percents[first] ?? end);
  const stallMs = Math.max(LEAST_STALL_MS, steps > 0 ? (STALL_STEPS * watchedMs) / steps : 0);
  if (now - (hasMoved ? movedAt : from) > stallMs && watchedMs + (now - (times[last] ?? now)) > stallMs)
    return { is: 'stalled', since: hasMoved ? movedAt : from };
  if (steps < 2 || gained <= 0 || watchedMs < LEAST_WATCHED_MS) return { is: 'unknown' };
  const perMs = gained / watchedMs;
  return { is: 'moving', percentPerMin: perMs * 60_000, leftMs: (100 - end) / perMs, watchedMs };
}
