import type { EpochMs } from '../src/contract/time.ts';

/** Time as the server's parts see it; a test hands in its own. */
export interface Clock {
  now(): EpochMs;
  /** Calls back once after `ms`; returns how to cancel. Does not keep the process alive. */
  schedule(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
