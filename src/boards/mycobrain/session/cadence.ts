import type { MonoMs } from '../../../contract/time.ts';

/** Lines of one reading (one per sensor) follow within this; they count as one arrival. */
const SAME_ARRIVAL_MS = 8;
const MOST_INTERVALS = 16;
const LEAST_INTERVALS = 3;

/** How often readings come, measured: the upper quartile of the last intervals, so that neither bursts nor a lost line move it. */
interface Cadence {
  arrived(at: MonoMs): void;
  /** A rate the board has accepted; holds until it is measured. */
  expect(ms: number): void;
  readonly ms: number;
}

export function createCadence(initialMs: number): Cadence {
  let last: MonoMs | undefined;
  let intervals: number[] = [];
  let ms = initialMs;
  /** `ms` does not count the last intervals yet. */
  let stale = false;
  return {
    arrived(at) {
      const interval = last === undefined ? 0 : at - last;
      if (last === undefined || interval >= SAME_ARRIVAL_MS) last = at;
      if (interval < SAME_ARRIVAL_MS) return;
      intervals.push(interval);
      if (intervals.length > MOST_INTERVALS) intervals.shift();
      stale = true;
    },
    expect(expectedMs) {
      ms = expectedMs;
      intervals = [];
      stale = false;
    },
    get ms() {
      // Asked for a few times a second, while readings may come a hundred times.
      if (stale && intervals.length >= LEAST_INTERVALS) {
        const sorted = intervals.toSorted((a, b) => a - b);
        ms = sorted[Math.floor((sorted.length - 1) * 0.75)] ?? ms;
        stale = false;
      }
      return ms;
    },
  };
}
