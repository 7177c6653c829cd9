import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OggStream } from '../../../server/simulators/mas-voice/ogg-stream.ts';
import { audioFrame, readBinaryFrame } from './binary-frame.ts';
import { checkOggPages } from './ogg.ts';
import { opusDurationMs } from './opus.ts';

let seed = 7;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

test('pages are whole and say how long they sound; headers sound for no time', () => {
  const stream = new OggStream(random);
  const [head, tags] = stream.headers();
  const pages = [head ?? new Uint8Array(), tags ?? new Uint8Array(), stream.audio(4), stream.audio(2)];
  expect(pages.map((page) => checkOggPages(page))).toEqual(
    [0, 0, 80, 40].map((durationMs) => ({ ok: true, durationMs })),
  );
  expect(checkOggPages(joined(...pages))).toEqual({ ok: true, durationMs: 120 });
});

test('every cut and every changed bit is noticed', () => {
  const page = new OggStream(random).audio(3);
  for (let length = 0; length < page.length; length += 1) {
    expect(checkOggPages(page.subarray(0, length)).ok).toBe(length === 0);
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: page.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const damaged = page.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      expect(checkOggPages(damaged).ok).toBe(false);
    }),
  );
});

test('a frame that is made is read again; which container it is in is looked at each time', () => {
  const page = new OggStream(random).audio(1);
  expect(readBinaryFrame(audioFrame(page))).toMatchObject({
    is: 'audio',
    container: 'ogg',
    broken: undefined,
    durationMs: 20,
  });
  expect(readBinaryFrame(audioFrame(Uint8Array.of(0x68, 1)))).toMatchObject({ container: 'opus', durationMs: 20 });
  expect(readBinaryFrame(audioFrame(page.subarray(0, 30)))).toMatchObject({
    container: 'ogg',
    broken: 'ogg-truncated',
  });
});

test.each([
  [[], 'empty-frame'],
  [[0, 1], 'ready-with-payload'],
  [[1], 'audio-without-payload'],
  [[2], 'text-without-payload'],
  [[2, 0xc3, 0x28], 'text-not-utf8'],
  [[3, 0x61], 'control-frame'],
  [[7], 'unknown-kind'],
])('%j is ignored: %s', (frame, why) => {
  expect(readBinaryFrame(Uint8Array.from(frame))).toEqual({ is: 'ignored', why });
});

test.each([
  [[0x68], 20],
  [[0x69, 0, 0], 40],
  [[0x6b, 3], 60],
  [[0x18], 60],
  [[0x1b, 48], 0],
  [[0xe0], 2.5],
  [[], 0],
])('packet %j sounds %s ms', (packet, ms) => {
  expect(opusDurationMs(Uint8Array.from(packet))).toBe(ms);
});
