import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from './hex.ts';

test('bytes come back', () => {
  fc.assert(fc.property(fc.uint8Array(), (raw) => void expect(fromHex(toHex(raw))).toEqual(Uint8Array.from(raw))));
});

test.each(['0', 'zz', '0x10', ' 10'])('refuses "%s"', (text) => {
  expect(() => fromHex(text)).toThrow(RangeError);
});

test('every byte has its two digits, in a short text and in a long one', () => {
  expect(toHex(Uint8Array.of(0, 9, 10, 0x7f, 0x80, 255))).toBe('00090a7f80ff');
  const long = Uint8Array.from({ length: 5000 }, (_, at) => at);
  expect(toHex(long)).toBe([...long].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
});
