import type { Instant } from '../../../contract/time.ts';

/** Time that passes only when told to; for tests. */
export interface FakeClock {
  now(): Instant;
  schedule(ms: number, callback: () => void): () => void;
  /** Lets time pass: timers fire in order, and promises settle between them. */
  pass(ms: number): Promise<void>;
}

const EPOCH_AT_START = 1_700_000_000_000;

export function createFakeClock(): FakeClock {
  let at = 0;
  let order = 0;
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>();
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    now: () => ({ monoMs: at, epochMs: EPOCH_AT_START + at }),
    schedule(ms, callback) {
      const id = order++;
      timers.set(id, { due: at + Math.max(0, ms), callback });
      return () => void timers.delete(id);
    },
    async pass(ms) {
      const end = at + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(([, t]) => t.due <= end).sort(([i, a], [j, b]) => a.due - b.due || i - j)[0];
        if (next === undefined) break;
        timers.delete(next[0]);
        at = Math.max(at, next[1].due);
        next[1].callback();
        await settle();
      }
      at = end;
    },
  };
}
