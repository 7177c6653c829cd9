import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCobs, encodeCobs } from './cobs.ts';

const bytes = (...list: number[]) => Uint8Array.from(list);
const run = (length: number, first = 1) => Uint8Array.from({ length }, (_, i) => ((first + i - 1) % 255) + 1);

test.each([
  [bytes(), bytes(1)],
  [bytes(0), bytes(1, 1)],
  [bytes(0, 0), bytes(1, 1, 1)],
  [bytes(0x11, 0x22, 0, 0x33), bytes(3, 0x11, 0x22, 2, 0x33)],
  [bytes(0x11, 0, 0, 0), bytes(2, 0x11, 1, 1, 1)],
  [run(254), bytes(255, ...run(254))],
  [bytes(0, ...run(254)), bytes(1, 255, ...run(254))],
  [run(255), bytes(255, ...run(254), 2, 255)],
  [bytes(...run(254), 0), bytes(255, ...run(254), 1, 1)],
])('the classic examples, both ways (%#)', (data, encoded) => {
  expect(encodeCobs(data)).toEqual(encoded);
  expect(decodeCobs(encoded)).toEqual(data);
});

test('accepts the redundant code byte after a full last block', () => {
  expect(decodeCobs(bytes(255, ...run(254), 1))).toEqual(run(254));
});

test.each([
  ['a zero code', bytes(0)],
  ['a zero inside a block', bytes(3, 1, 0)],
  ['a block past the end', bytes(5, 1, 2)],
  ['a full block cut short', bytes(255, ...run(253))],
])('refuses %s', (_, encoded) => {
  expect(decodeCobs(encoded)).toBeUndefined();
});

const data = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { maxLength: 1300 });

test('what is encoded has no zero, is at most 1 in 254 longer, and decodes to itself', () => {
  fc.assert(
    fc.property(data, (list) => {
      const raw = Uint8Array.from(list);
      const encoded = encodeCobs(raw);
      expect(encoded.includes(0)).toBe(false);
      expect(encoded.length).toBeLessThanOrEqual(raw.length + Math.floor(raw.length / 254) + 1);
      expect(decodeCobs(encoded)).toEqual(raw);
    }),
  );
});

test('any bytes decode or are refused; nothing throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (raw) => {
      const decoded = decodeCobs(raw);
      if (decoded !== undefined) expect(decoded.length).toBeLessThanOrEqual(raw.length);
    }),
  );
});
