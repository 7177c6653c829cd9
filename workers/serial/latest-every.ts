import type { Clock } from '../../src/serial/clock.ts';

/** Calls `tell` at once, then at most every `everyMs` however often it is asked, and always once after the last asking. */
export function latestEvery(clock: Clock, everyMs: number, tell: () => void): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let pending = false;
  const now = () => {
    pending = false;
    lastMs = clock.now().monoMs;
    tell();
  };
  return () => {
    if (pending) return;
    const waitMs = lastMs + everyMs - clock.now().monoMs;
    if (waitMs <= 0) return now();
    pending = true;
    clock.schedule(waitMs, now);
  };
}
