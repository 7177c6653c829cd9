import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from './hex.ts';

test('bytes come back', () => {
  fc.assert(fc.property(fc.uint8Array(), (raw) => void expect(fromHex(toHex(raw))).toEqual(Uint8Array.from(raw))));
});

test.each(['0', 'zz', '0x10', ' 10'])('refuses "%s"', (text) => {
  expect(() => fromHex(text)).toThrow(RangeError);
});
