import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { type ClientFrame, clientFrame } from './client-frame.ts';
import { deflateFrame, payloadOf } from './frame-encode.ts';
import { type FrameLimits, FrameParser } from './frame-parser.ts';
import { type Heard, HeardFrames, parseInChunks } from './heard-frames.ts';

const LIMITS: FrameLimits = { maxMessageBytes: 5_000, maxFragments: 20 };
/** A header, and a control frame that comes while a message waits. */
const MOST_BESIDE = 14 + 125;

// The types of `ws` leave its sender out.
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };

interface Said {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong';
  readonly payload: Buffer;
  /** Bytes per fragment. */
  readonly cut: number;
  readonly deflate: boolean;
  readonly mask: readonly [number, number, number, number];
}

const byte = fc.nat(255);
const mask = fc.tuple(byte, byte, byte, byte);
const said: fc.Arbitrary<Said> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    payload: fc.string({ unit: 'binary', maxLength: 600 }).map((text) => Buffer.from(text)),
    cut: fc.integer({ min: 100, max: 2_000 }),
    deflate: fc.boolean(),
    mask,
  }),
  fc.record({
    kind: fc.constant('binary' as const),
    payload: fc.uint8Array({ maxLength: 1_500 }).map((bytes) => Buffer.from(bytes)),
    cut: fc.integer({ min: 100, max: 2_000 }),
    deflate: fc.boolean(),
    mask,
  }),
  fc.record({
    kind: fc.constantFrom('ping' as const, 'pong' as const),
    payload: fc.uint8Array({ maxLength: 125 }).map((bytes) => Buffer.from(bytes)),
    cut: fc.constant(125),
    deflate: fc.constant(false),
    mask,
  }),
);
const OPCODES = { text: 1, binary: 2, ping: 9, pong: 10 };

function framesOf({ kind, payload, cut, deflate, mask }: Said): ClientFrame[] {
  const bytes = deflate ? payloadOf(deflateFrame(payload, 'binary')) : payload;
  const frames: ClientFrame[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += cut)
    frames.push({
      opcode: at === 0 ? OPCODES[kind] : 0,
      rsv: at === 0 && deflate ? 0x40 : 0,
      fin: at + cut >= bytes.length,
      payload: bytes.subarray(at, at + cut),
      mask,
    });
  return frames;
}

const heardOf = ({ kind, payload }: Said): Heard =>
  kind === 'text' ? { is: 'text', text: payload.toString() } : { is: kind, hex: payload.toString('hex') };

test('any messages of our own encoder come out as they went in, in whatever pieces', () => {
  fc.assert(
    fc.property(
      fc.array(said, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
      (all, sizes) => {
        const bytes = Buffer.concat(all.flatMap(framesOf).map(clientFrame));
        const { heard, held, mostHeld } = parseInChunks(bytes, sizes, LIMITS, true);
        expect(heard).toEqual(all.map(heardOf));
        expect(held).toBe(0);
        expect(mostHeld).toBeLessThanOrEqual(LIMITS.maxMessageBytes + MOST_BESIDE);
      },
    ),
    { numRuns: 400 },
  );
});

test('any messages of the sender of `ws` come out as they went in, in whatever pieces', () => {
  fc.assert(
    fc.property(
      fc.array(said, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
      (all, sizes) => {
        const bytes = Buffer.concat(
          all
            .flatMap(framesOf)
            .flatMap(({ opcode, payload, fin, rsv }) =>
              Sender.frame(Buffer.from(payload ?? ''), { opcode, fin, rsv1: rsv === 0x40, mask: true, readOnly: true }),
            ),
        );
        expect(parseInChunks(bytes, sizes, LIMITS, true).heard).toEqual(all.map(heardOf));
      },
    ),
    { numRuns: 400 },
  );
});

/** Small and seeded, so that a failure can be run again (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('200,000 damaged frames: no throw, no more held than the bound, one refusal at most', () => {
  const seed = Number(process.env.HYPHAE_FUZZ_SEED ?? Date.now() & 0x7fffffff);
  const next = random(seed);
  const upTo = (most: number): number => Math.floor(next() * (most + 1));
  const bodies = [0, 1, 2, 5, 60, 124, 125, 126, 127, 300, 2_000].map((size) => Buffer.alloc(size, 'aé\u00ff'));
  const packed = payloadOf(deflateFrame(Buffer.alloc(3_000, 'abcd'), 'text'));
  const bomb = payloadOf(deflateFrame(Buffer.alloc(60_000), 'text'));
  const outcomes = new Map<string, number>();
  let frames = 0;
  while (frames < 200_000) {
    const heard = new HeardFrames();
    const deflate = next() < 0.3;
    const parser = new FrameParser(heard, LIMITS, deflate);
    const where = `HYPHAE_FUZZ_SEED=${seed}, frame ${frames}`;
    try {
      for (let turn = 0; turn < 8 && !parser.stopped; turn++) {
        const parts: Buffer[] = [];
        for (let many = upTo(3); many >= 0; many--, frames++) {
          const isPacked = deflate && next() < 0.3;
          const payload = isPacked ? (next() < 0.9 ? packed : bomb) : (bodies[upTo(bodies.length - 1)] as Buffer);
          const opcode = [0, 0, 1, 2, 2, 9, 10, 8, upTo(15)][upTo(8)] as number;
          parts.push(clientFrame({ opcode, payload, fin: next() < 0.6, rsv: isPacked ? 0x40 : 0 }));
        }
        const bytes = Buffer.concat(parts);
        // Mostly one byte or none, near the front, where the headers are; at times the end is cut off.
        for (let hits = next() < 0.4 ? upTo(2) : 0; hits > 0; hits--)
          bytes[next() < 0.5 ? upTo(Math.min(13, bytes.length - 1)) : upTo(bytes.length - 1)] = upTo(255);
        const end = next() < 0.1 ? upTo(bytes.length) : bytes.length;
        for (let at = 0; at < end; ) {
          const size = 1 + (next() < 0.3 ? upTo(8) : upTo(1_500));
          parser.push(bytes.subarray(at, Math.min(end, at + size)));
          at += size;
          if (parser.heldBytes > LIMITS.maxMessageBytes + MOST_BESIDE)
            expect.fail(`held ${parser.heldBytes}: ${where}`);
        }
      }
    } catch (cause) {
      throw new Error(`the parser threw: ${where}`, { cause });
    }
    const lasts = heard.all.filter(({ is }) => is === 'refused' || is === 'close');
    if (lasts.length > 1 || (lasts.length === 1 && heard.all.at(-1) !== lasts[0]))
      expect.fail(`not the last word: ${where}`);
    if (parser.stopped && parser.heldBytes !== 0) expect.fail(`stopped, and holds ${parser.heldBytes}: ${where}`);
    for (const one of heard.all) {
      const name = one.is === 'refused' ? one.code : one.is;
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    }
  }
  // Whatever the seed, the damage reached every part of the parser.
  for (const name of ['text', 'binary', 'ping', 'pong', 'close', 'ws-unmasked', 'ws-reserved-bits', 'ws-bad-opcode'])
    expect(outcomes.get(name) ?? 0, `${name}, HYPHAE_FUZZ_SEED=${seed}`).toBeGreaterThan(0);
  for (const name of [
    'ws-message-too-big',
    'ws-bad-utf8',
    'ws-bad-deflate',
    'ws-bad-continuation',
    'ws-control-fragmented',
  ])
    expect(outcomes.get(name) ?? 0, `${name}, HYPHAE_FUZZ_SEED=${seed}`).toBeGreaterThan(0);
});
