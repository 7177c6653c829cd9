/** A way to cut bytes into chunks. What a decoder says must not depend on it. */
export interface Feed {
  readonly name: string;
  cut(bytes: Uint8Array): Iterable<Uint8Array>;
}

/** Whole, byte by byte, and in random chunks of several seeds: small ones, and ones as a USB port gives them. */
export const FEEDS: readonly Feed[] = [
  { name: 'whole', cut: (bytes) => [bytes] },
  { name: 'byte by byte', cut: (bytes) => cutInto(bytes, () => 1) },
  ...[1, 2, 3].map((seed) => randomFeed(seed, 7)),
  ...[4, 5, 6].map((seed) => randomFeed(seed, 64)),
  ...[7, 8].map((seed) => randomFeed(seed, 1500)),
];

function randomFeed(seed: number, mostBytes: number): Feed {
  return {
    name: `random chunks of 1 to ${mostBytes}, seed ${seed}`,
    cut(bytes) {
      let state = seed;
      return cutInto(bytes, () => {
        // A linear congruential generator: the same cuts on every machine.
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return 1 + ((state >>> 8) % mostBytes);
      });
    },
  };
}

function* cutInto(bytes: Uint8Array, nextLength: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const to = Math.min(bytes.length, at + nextLength());
    yield bytes.subarray(at, to);
    at = to;
  }
}
