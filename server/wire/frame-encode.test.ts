import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closeFrame,
  deflateFrame,
  frameOf,
  frameText,
  headerLength,
  PING,
  payloadOf,
  pongFrame,
} from './frame-encode.ts';

const hex = (frame: Buffer): string => frame.toString('hex');

test('the frames of RFC 6455 §5.7, byte by byte', () => {
  expect(hex(frameText('Hello'))).toBe('810548656c6c6f');
  expect(hex(frameOf(Buffer.from('Hello'), 'text'))).toBe('810548656c6c6f');
  expect(hex(pongFrame(Buffer.from('Hello')))).toBe('8a0548656c6c6f');
  expect(hex(frameOf(Buffer.alloc(256), 'binary')).slice(0, 8)).toBe('827e0100');
  expect(hex(frameOf(Buffer.alloc(65_536), 'binary')).slice(0, 20)).toBe('827f0000000000010000');
});

test('frames without a payload', () => {
  expect(hex(frameText(''))).toBe('8100');
  expect(hex(frameOf(new Uint8Array(), 'binary'))).toBe('8200');
  expect(hex(PING)).toBe('8900');
  expect(hex(pongFrame(Buffer.alloc(0)))).toBe('8a00');
});

test.each([
  [0, '8200', 2],
  [1, '8201', 2],
  [125, '827d', 2],
  [126, '827e007e', 4],
  [127, '827e007f', 4],
  [65_535, '827effff', 4],
  [65_536, '827f0000000000010000', 10],
  [1_048_577, '827f0000000000100001', 10],
])('a payload of %i bytes has the shortest header', (bytes, header, length) => {
  const payload = Buffer.alloc(bytes, 0xab);
  const frame = frameOf(payload, 'binary');
  expect(hex(frame.subarray(0, length))).toBe(header);
  expect(headerLength(frame)).toBe(length);
  expect(payloadOf(frame).equals(payload)).toBe(true);
});

test('the payload is given out as a view of the frame', () => {
  const frame = frameText('abc');
  payloadOf(frame)[0] = 0x5a;
  expect(frame.toString('latin1', 2)).toBe('Zbc');
});

test('a view of a larger buffer is framed by itself', () => {
  const large = new Uint8Array([1, 2, 3, 4, 5, 6]);
  expect(hex(frameOf(large.subarray(2, 4), 'binary'))).toBe('82020304');
});

test('any text is framed as its UTF-8, lone surrogates as the replacement character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const frame = frameText(text);
      expect(payloadOf(frame).equals(Buffer.from(text))).toBe(true);
      expect(frame.equals(frameOf(Buffer.from(text), 'text'))).toBe(true);
    }),
  );
  expect(hex(frameText('\ud800'))).toBe('8103efbfbd');
  expect(hex(frameText('µ😀'))).toBe('8106c2b5f09f9880');
});

test('text around the header limits counts bytes, not characters', () => {
  expect(hex(frameText('é'.repeat(62))).slice(0, 4)).toBe('817c');
  expect(hex(frameText('é'.repeat(63))).slice(0, 8)).toBe('817e007e');
  expect(headerLength(frameText('é'.repeat(32_768)))).toBe(10);
});

test('close frames carry a code and a reason, or nothing', () => {
  expect(hex(closeFrame())).toBe('8800');
  expect(hex(closeFrame(1005))).toBe('8800');
  expect(hex(closeFrame(1000))).toBe('880203e8');
  expect(hex(closeFrame(4001, 'moved'))).toBe('88070fa16d6f766564');
});

test('a long reason is cut to what fits, at a character', () => {
  expect(payloadOf(closeFrame(1008, 'x'.repeat(500)))).toHaveLength(125);
  const cut = payloadOf(closeFrame(1008, `${'x'.repeat(122)}é`)).subarray(2);
  expect(cut.toString()).toBe('x'.repeat(122));
  expect(payloadOf(closeFrame(1008, '😀'.repeat(40))).toString('utf8', 2)).toBe('😀'.repeat(30));
});

test.each([0, 999, 1004, 1006, 1015, 2999, 5000, 70_000])('the close code %i is not sent', (code) => {
  expect(() => closeFrame(code, 'x')).toThrow(`close code ${code}`);
});

test('a pong longer than any ping is a mistake of ours, and says so', () => {
  expect(() => pongFrame(Buffer.alloc(126))).toThrow('125 bytes');
});

test('the compressed "Hello" of RFC 7692 §7.2.3.1', () => {
  expect(hex(deflateFrame(Buffer.from('Hello'), 'text'))).toBe('c107f248cdc9c90700');
});

test('an empty message is compressed to one byte', () => {
  expect(hex(deflateFrame(Buffer.alloc(0), 'binary'))).toBe('c20100');
});

test('each compressed frame can be read alone, whatever was sent before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_000 }), (payload) => {
      const frame = deflateFrame(payload, 'binary');
      expect(frame[0]).toBe(0xc2);
      const inflated = inflateRawSync(Buffer.concat([payloadOf(frame), Buffer.from('0000ffff0300', 'hex')]));
      expect(inflated.equals(payload)).toBe(true);
    }),
  );
});

test('text that repeats itself becomes small', () => {
  const batch = Buffer.from(
    JSON.stringify(Array.from({ length: 200 }, (_, at) => ({ at, name: 'freezer', temperatureC: -80 }))),
  );
  expect(deflateFrame(batch, 'text').length).toBeLessThan(batch.length / 5);
});
