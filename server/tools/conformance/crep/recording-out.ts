import type { Out } from '../../../../src/upstreams/out.ts';

/** Keeps what a reader counted, and everything that could reach a screen. */
export interface RecordingOut extends Out {
  readonly counts: ReadonlyMap<string, number>;
  shown(): string;
}

export function recordingOut(): RecordingOut {
  const counts = new Map<string, number>();
  const told: unknown[] = [];
  return {
    counts,
    shown: () => JSON.stringify(told),
    put: (...args) => told.push(args),
    remove: (...args) => told.push(args),
    replace: (...args) => told.push(args),
    event: (...args) => told.push(args),
    rows: () => undefined,
    gap: () => undefined,
    count: (what, reason, excerpt) => {
      told.push([what, reason, excerpt]);
      counts.set(`${what}:${reason}`, (counts.get(`${what}:${reason}`) ?? 0) + 1);
    },
  };
}
