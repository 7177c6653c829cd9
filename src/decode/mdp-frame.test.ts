import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCobs } from './cobs.ts';
import { crc16CcittFalse } from './crc16.ts';
import { fromHex, toHex } from './hex.ts';
import { decodeMdpFrame, encodeMdpFrame, MDP_ADDRESS, MDP_TYPE, mdpFlagNames, mdpTypeName } from './mdp-frame.ts';

const utf8 = new TextEncoder();
const head = { type: MDP_TYPE.command, seq: 20, src: MDP_ADDRESS.host, dst: MDP_ADDRESS.sideA };

test('the worked example of the board contract, §4', () => {
  const wire = encodeMdpFrame(head, utf8.encode('{"cmd":"hello"}'));
  expect(toHex(wire)).toBe('065aa101021401010101010101' + '03c0a1127b22636d64223a2268656c6c6f227d83a000');
});

const byte = fc.integer({ min: 0, max: 255 });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const heads = fc.record({ type: byte, seq: u32, ack: u32, flags: byte, src: byte, dst: byte, rsv: byte });

test('any header and body come back as they were sent', () => {
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 1100 }), (sent, body) => {
      const wire = encodeMdpFrame(sent, body);
      expect(wire.indexOf(0)).toBe(wire.length - 1);
      const frame = decodeMdpFrame(wire, 0, wire.length - 1);
      expect(frame).toEqual({ magic: 0xa15a, version: 1, ...sent, body: Uint8Array.from(body) });
    }),
  );
});

/** A frame around these header-and-body bytes, with the right CRC. */
const sealed = (hex: string) => {
  const raw = fromHex(hex);
  const crc = crc16CcittFalse(raw);
  return encodeCobs(Uint8Array.of(...raw, crc & 0xff, crc >> 8));
};

test.each([
  ['cobs_invalid', fromHex('f05aa101')],
  ['too_short', encodeCobs(new Uint8Array(17))],
  ['crc_mismatch', encodeCobs(fromHex('5aa1010214000000000000000000c0a100ffff'))],
  ['bad_magic', sealed('a15a01021400000000000000c0a1000000')],
  ['bad_version', sealed('5aa102021400000000000000c0a1000000')],
] as const)('says %s', (error, encoded) => {
  expect(decodeMdpFrame(encoded)).toEqual({ error });
});

test('any bytes are a frame or have an error; nothing throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => void decodeMdpFrame(raw)));
});

test('names what is known and keeps what is not', () => {
  expect(mdpTypeName(6)).toBe('HELLO');
  expect([0, 10, 255].map(mdpTypeName)).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
  expect(mdpFlagNames(0xff)).toEqual(['ACK_REQUESTED', 'IS_ACK', 'IS_NACK', 'HAS_COMMAND', 'FRAGMENTED']);
  expect(mdpFlagNames(0xe0)).toEqual([]);
});
