import { expect, test } from 'vitest';
import { crc16CcittFalse } from './crc16.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

test('gives the check value of CRC-16/CCITT-FALSE', () => {
  expect(crc16CcittFalse(ascii('123456789'))).toBe(0x29b1);
});

test('starts from FFFF: no bytes, no change', () => {
  expect(crc16CcittFalse(new Uint8Array())).toBe(0xffff);
});

test('covers the given range only', () => {
  expect(crc16CcittFalse(ascii('xx123456789yy'), 2, 11)).toBe(0x29b1);
});

test('sees every single flipped bit of a frame of ordinary length', () => {
  const bytes = ascii('{"type":"telemetry","uptime_s":412}');
  const good = crc16CcittFalse(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(crc16CcittFalse(flipped)).not.toBe(good);
  }
});
