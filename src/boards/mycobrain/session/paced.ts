import type { SessionHost } from '../../board.ts';

/** Something told at once and then at most every so often, however often it changes. */
interface Paced {
  /** It changed: told now, or when its time has come. */
  soon(): void;
  /** Told now, and for the last time. */
  last(): void;
}

export function createPaced(host: Pick<SessionHost, 'now' | 'schedule'>, everyMs: number, tell: () => void): Paced {
  let cancel: (() => void) | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let ended = false;

  function now(): void {
    cancel?.();
    cancel = undefined;
    toldAt = host.now().monoMs;
    tell();
  }

  return {
    soon() {
      if (ended || cancel !== undefined) return;
      const wait = toldAt + everyMs - host.now().monoMs;
      if (wait <= 0) now();
      else cancel = host.schedule(wait, now);
    },
    last() {
      if (ended) return;
      now();
      ended = true;
    },
  };
}
