import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BoardItem } from '../../contract/board-item.ts';
import { encodeMdpFrame, MDP_ADDRESS, MDP_TYPE } from '../../decode/mdp-frame.ts';
import { createDemux } from './demux.ts';

// Ten million bytes in all, the same ones on every machine.

const MAX_PENDING_BYTES = 4096;

const frame = (seq: number) =>
  encodeMdpFrame({ type: MDP_TYPE.ack, seq, src: MDP_ADDRESS.sideA, dst: MDP_ADDRESS.host }, new Uint8Array());

const stream = new Uint8Array(readFileSync(new URL('./fixtures/stream_shared_60s.bin', import.meta.url)));

/** The same numbers on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

const mutated = (random: () => number): Uint8Array => {
  const bytes = stream.slice();
  for (let count = 1 + (random() % 400); count > 0; count--) {
    const at = random() % bytes.length;
    const kind = random() % 4;
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8));
    else if (kind === 1) bytes[at] = random() & 0xff;
    else if (kind === 2) bytes[at] = [0x00, 0x0a, 0x5a, 0xa1, 0x7b, 0x22][random() % 6] ?? 0;
    else bytes.copyWithin(at, random() % bytes.length, random() % bytes.length);
  }
  return bytes;
};
const noise = (random: () => number): Uint8Array => Uint8Array.from(stream, () => random() & 0xff);
/** Random, but only of bytes that mean something to the demultiplexer. */
const spiteful = (random: () => number): Uint8Array => {
  const alphabet = [0x00, 0x0a, 0x0d, 0x04, 0x5a, 0xa1, 0x5a, 0xa1, 0x01, 0x7b, 0x7d, 0x22, 0x5c, 0x41, 0x41, 0x41];
  return Uint8Array.from(stream, () => alphabet[random() % alphabet.length] ?? 0);
};

test.each([
  ['mutated streams', mutated, 110],
  ['random bytes', noise, 90],
  ['random bytes of the special ones', spiteful, 30],
] as const)('%s: no throw, bounded, the next good frame comes through', (_, make, rounds) => {
  const random = randomOf(rounds);
  let last: BoardItem | undefined;
  let items = 0;
  const demux = createDemux((item) => {
    last = item;
    items++;
  });
  let fed = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = make(random);
    for (let at = 0; at < bytes.length; ) {
      const to = Math.min(bytes.length, at + 1 + (random() % 512));
      demux.feed(bytes.subarray(at, to));
      if (demux.pendingBytes > MAX_PENDING_BYTES) throw new Error(`${demux.pendingBytes} bytes pending`);
      at = to;
    }
    const good = frame(round + 1);
    demux.feed(Uint8Array.of(0));
    demux.feed(good);
    if (last?.kind !== 'mdp' || last.header.seq !== round + 1)
      throw new Error(`round ${round}: the good frame is lost`);
    fed += bytes.length + good.length + 1;
  }
  expect(demux.consumed).toBe(fed);
  expect(items).toBeGreaterThan(rounds);
});
