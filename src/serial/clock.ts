import type { Instant } from '../contract/time.ts';

/** The time and a timer, handed to everything here that waits. */
export interface Clock {
  now(): Instant;
  /** Calls back once after `ms`; returns how to cancel. */
  schedule(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => ({ epochMs: Date.now(), monoMs: performance.now() }),
  schedule(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Ends after `ms`, or at once when the signal aborts; never rejects. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.schedule(ms, end);
    signal.addEventListener('abort', end);
  });
}
