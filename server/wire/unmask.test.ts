import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unmask } from './unmask.ts';

const bytewise = (clear: Uint8Array, mask: Uint8Array): Buffer =>
  Buffer.from(clear.map((byte, at) => byte ^ (mask[at & 3] as number)));

test('the example of RFC 6455: a masked "Hello"', () => {
  const bytes = Buffer.from('818537fa213d7f9f4d5158', 'hex');
  unmask(bytes, 6, 11, bytes.readInt32BE(2));
  expect(bytes.toString('latin1', 6)).toBe('Hello');
});

test('any length at any place in memory comes out as byte by byte, and nothing around it changes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 700 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.nat(7),
      fc.nat(7),
      (clear, mask, shift, before) => {
        const memory = new Uint8Array(shift + before + clear.length + 5).fill(0xee);
        const bytes = Buffer.from(memory.buffer, shift);
        bytes.set(bytewise(clear, mask), before);
        const seen = unmask(bytes, before, before + clear.length, Buffer.from(mask).readInt32BE(0));
        expect(bytes.subarray(before, before + clear.length).equals(clear)).toBe(true);
        expect(bytes.subarray(0, before).every((byte) => byte === 0xee)).toBe(true);
        expect(bytes.subarray(before + clear.length).every((byte) => byte === 0xee)).toBe(true);
        expect(seen).toBe(clear.reduce((all, byte) => all | byte, 0));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('one byte that is not ASCII is seen wherever it lies', () => {
  for (let at = 0; at < 300; at++) {
    const bytes = Buffer.alloc(300, 0x20);
    bytes[at] = 0xc3;
    expect(unmask(bytes, 0, 300, 0)).toBeGreaterThanOrEqual(0x80);
  }
  expect(unmask(Buffer.alloc(300, 0x7f), 0, 300, 0)).toBeLessThan(0x80);
});
