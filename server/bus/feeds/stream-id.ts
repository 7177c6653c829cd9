/** The id of a stream entry, `<ms>-<n>`; both are unsigned 64-bit. */
export type StreamId = string;

export const FIRST_ID: StreamId = '0-0';

const parts = (id: StreamId): readonly [bigint, bigint] => {
  const [ms = '0', n = '0'] = id.split('-');
  return [BigInt(ms), BigInt(n)];
};

export function isOlder(a: StreamId, b: StreamId): boolean {
  const [aMs, aN] = parts(a);
  const [bMs, bN] = parts(b);
  return aMs < bMs || (aMs === bMs && aN < bN);
}

/** The smallest id after this one: Redis before 6.2 knows no open ranges. */
export function idAfter(id: StreamId): StreamId {
  const [ms, n] = parts(id);
  return n === 2n ** 64n - 1n ? `${ms + 1n}-0` : `${ms}-${n + 1n}`;
}
