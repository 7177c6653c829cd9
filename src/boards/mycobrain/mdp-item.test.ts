import { expect, test } from 'vitest';
import { decodeMdpFrame, encodeMdpFrame, MDP_TYPE } from '../../decode/mdp-frame.ts';
import { mdpItem } from './mdp-item.ts';

function itemOf(type: number, body: Uint8Array | string) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const wire = encodeMdpFrame({ type, seq: 1, src: 0xa1, dst: 0xc0 }, bytes);
  const frame = decodeMdpFrame(wire, 0, wire.length - 1);
  if ('error' in frame) throw new Error(frame.error);
  return mdpItem(frame);
}

const envelope = (value: string) => `{"hdr":{},"pack":[{"v":${value}}],"meta":{"units":"si"}},"hash":"x"}`;

test('an envelope with one brace too many is repaired; its text stays as it was sent', () => {
  expect(itemOf(1, envelope('1'))).toMatchObject({
    body_format: 'envelope',
    body: { pack: [{ v: 1 }], hash: 'x' },
    body_text: envelope('1'),
    repaired: ['envelope_brace'],
  });
});

test('and both repairs together', () => {
  expect(itemOf(1, envelope('nan'))).toMatchObject({
    body: { pack: [{ v: null }] },
    repaired: ['envelope_brace', 'nan'],
  });
});

test('JSON beyond repair keeps its bytes', () => {
  expect(itemOf(1, '{"a":')).toMatchObject({
    body_format: 'opaque',
    body: { hex: '7b2261223a' },
    body_error: 'payload_not_json',
  });
});

test.each([
  ['a command', MDP_TYPE.command, [4, 0, 2, 0, 1, 1], 'command', { cmd_id: 4, cmd_len: 2, data_hex: '0101' }],
  ['a command of another length', MDP_TYPE.command, [4, 0, 3, 0, 1, 1], 'opaque', { hex: '040003000101' }],
  ['a command cut short', MDP_TYPE.command, [4, 0, 0], 'opaque', { hex: '040000' }],
  [
    'a result',
    MDP_TYPE.event,
    [1, 0, 5, 0, 4, 0, 0xfd, 0xff, 9],
    'cmd_result',
    { evt_type: 1, evt_len: 5, cmd_id: 4, status: -3, data_hex: '09' },
  ],
  [
    'a result too short for a status',
    MDP_TYPE.event,
    [1, 0, 2, 0, 4, 0],
    'event',
    { evt_type: 1, evt_len: 2, data_hex: '0400' },
  ],
  ['an event', MDP_TYPE.event, [2, 0, 0, 0], 'event', { evt_type: 2, evt_len: 0, data_hex: '' }],
  ['an unknown type', 77, [1, 2, 3], 'opaque', { hex: '010203' }],
  ['telemetry that is no struct', MDP_TYPE.telemetry, [1], 'opaque', { hex: '01' }],
])('%s', (_, type, bytes, body_format, body) => {
  expect(itemOf(type, Uint8Array.from(bytes))).toMatchObject({ body_format, body });
});

test('a count beyond its table does not read beyond it', () => {
  const body = new Uint8Array(188).fill(0x20);
  body.set([0x5a, 0xa1, 1, 1]);
  body[40] = 255;
  const { body: read } = itemOf(MDP_TYPE.telemetry, body) as { body: { i2c_addrs: number[][]; i2c_count: number[] } };
  expect(read.i2c_count).toEqual([255, 32, 32, 32]);
  expect(read.i2c_addrs.map((bus) => bus.length)).toEqual([16, 16, 16, 16]);
});

test('amplitudes are unsigned, everything else of a radio frame is signed', () => {
  const body = new Uint8Array(570);
  body.fill(0xff, 14, 18);
  body[8] = 1;
  expect(itemOf(MDP_TYPE.wifisense, body)).toMatchObject({ body: { csi_pairs: [[-1, -1]] } });
  body[10] = 1;
  expect(itemOf(MDP_TYPE.wifisense, body)).toMatchObject({ body: { csi_pairs: [[65535, -1]] } });
});

test('floats that are no number are null', () => {
  const body = new Uint8Array(102).fill(0xff);
  expect(itemOf(MDP_TYPE.droneTelemetry, body)).toMatchObject({ body: { latitude: null, flight_mode: 255 } });
});
