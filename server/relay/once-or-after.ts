import type { Clock } from '../clock.ts';

/** Calls back once: when it is called itself, or after `ms`. */
export function onceOrAfter(clock: Clock, ms: number, callback: () => void): () => void {
  let called = false;
  const call = (): void => {
    if (called) return;
    called = true;
    cancel();
    callback();
  };
  const cancel = clock.schedule(ms, call);
  return call;
}
