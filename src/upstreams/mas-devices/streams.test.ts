import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RecordingOut } from '../../../server/tools/conformance/mas-devices-lines.ts';
import type { BuoyRecord, MeshNodeRecord, MeshPacketRecord } from '../../contract/upstream/mas-devices.ts';
import { readAcoustic } from './acoustic.ts';
import { Buoys } from './buoy.ts';
import { blockedWord, needsConfirmation } from './commands.ts';
import { Mesh } from './mesh.ts';

const NOW = 1_786_699_802_500;
const context = { now: NOW, simulated: false };

let out: RecordingOut;
let acks: unknown[];
let buoys: Buoys;
beforeEach(() => {
  out = new RecordingOut();
  acks = [];
  buoys = new Buoys(undefined, (device, ack) => acks.push({ device, ...ack }));
});

const tell = (telemetry: object, more: object = {}) =>
  buoys.readEvent('p', JSON.stringify({ type: 'telemetry', atMs: NOW, telemetry, ...more }), out, context);
const buoy = () => out.state.get('buoys/p') as BuoyRecord;

test('what is null is not available, never 0', () => {
  tell({
    pose: { lat: 47, lon: -122, depthM: null, gpsLock: true },
    bme: { a: { temperature: 17, iaq: null }, b: null },
  });
  expect(buoy()).toMatchObject({
    depthM: undefined,
    headingDeg: undefined,
    link: 'unknown',
    contact: 'unknown',
    at: NOW,
  });
  expect(buoy().readings).toEqual([{ name: 'a.temperature', value: 17, unit: '°C', suspect: false, at: NOW }]);
});

test('without a fix the last one stays, and says since when', () => {
  tell({ pose: { lat: 47, lon: -122, gpsLock: true } });
  tell({ pose: { lat: null, lon: null, gpsLock: false } }, { atMs: NOW + 2_500 });
  expect(buoy()).toMatchObject({
    position: { latDeg: 47, lonDeg: -122 },
    fixAt: NOW,
    at: NOW + 2_500,
    flags: ['no-gps'],
  });
});

test('a buoy that says it is simulated is believed', () => {
  tell({ simulated: true, pose: { lat: 1, lon: 2, gpsLock: true } });
  expect(buoy()).toMatchObject({ provenance: 'simulated', flags: ['simulated'] });
});

test.each([
  [{ atMs: 'soon' }, 'apply_receive_time'],
  [{ atMs: NOW + 300_001 }, 'apply_receive_time'],
  [{ atMs: NOW }, 'dedupe'],
  [{ atMs: NOW - 1 }, 'history_only'],
  [{ atMs: NOW + 1 }, 'apply'],
  [{ telemetry: null }, 'drop'],
  [{ telemetry: { deviceId: 'q' } }, 'drop'],
  [{ type: 'mission' }, 'apply'],
  [{ type: 'weather' }, 'ignore'],
])('%j behind another one: %s', (more, action) => {
  tell({});
  expect(tell({}, more).action).toBe(action);
});

test('an acknowledgement is handed on, whatever the event was called', () => {
  buoys.readEvent(
    'p',
    JSON.stringify({ type: 'command_ack', ack: { commandId: 'c', state: 'applied' } }),
    out,
    context,
  );
  expect(acks).toEqual([{ device: 'p', id: 'c', state: 'applied', detail: undefined }]);
});

test('silence of a buoy', () => {
  tell({});
  expect(buoys.judgeSilence('p', NOW + 7_500).action).toBe('control');
  expect(buoys.judgeSilence('p', NOW + 7_501).action).toBe('mark_stale');
});

const packet = (more: object, id?: string) => new Mesh().readEvent('packet', id, JSON.stringify(more), out, context);

test('one packet of several gateways is one, its node is counted, and the oldest are forgotten', () => {
  const mesh = new Mesh();
  const hear = (uid: string, more: object = {}) =>
    mesh.readEvent(
      'packet',
      undefined,
      JSON.stringify({ packet_uid: uid, from_node_id: '!a', rx_rssi: -90, ...more }),
      out,
      context,
    ).action;
  expect([hear('1'), hear('1', { gateway_node_id: '!g' }), hear('2')]).toEqual(['apply', 'dedupe', 'apply']);
  expect(out.state.get('mesh-nodes/!a') as MeshNodeRecord).toMatchObject({ packets: 2, rssiDbm: -90 });
  for (let index = 0; index < 4_096; index += 1) hear(`n${index}`);
  expect(hear('1')).toBe('apply');
});

test('a packet that nobody could decode keeps its envelope, and takes its time from the stream', () => {
  packet({ packet_uid: 'z', decode_error: true }, '1786699800000-0');
  const [{ record } = { record: {} }] = out.events;
  expect(record as MeshPacketRecord).toMatchObject({
    undecoded: true,
    flags: ['decode-error'],
    at: 1_786_699_800_000,
    atFrom: 'source',
  });
  expect(packet({ raw: 'xx' }).action).toBe('drop');
  expect(packet({ available: false, error: 'proxy_failed' }).action).toBe('degrade');
});

test('sound of the water, and its keepalives', () => {
  expect(readAcoustic('p', 'keepalive', '', out, context).action).toBe('control');
  expect(readAcoustic('p', 'acoustic', '{"level_db":-50}', out, context).action).toBe('apply');
  expect(readAcoustic('p', 'acoustic', '{', out, context).action).toBe('drop');
  expect(readAcoustic('p', 'sonar', '{}', out, context).action).toBe('ignore');
});

test.each([
  'flash',
  'FLASH now',
  'eraseAll',
  'factory-reset',
  'ota start',
  'otaUpdate',
  'format',
  'enter bootloader',
  'pinMode 4',
  'e r a s e',
])('"%s" is never sent', (command) => {
  expect(blockedWord(command, undefined)).toBeDefined();
  expect(blockedWord('run', { what: command })).toBeDefined();
});

test.each(['status', 'information', 'rotate left', 'fmt json', 'ping', 'led rgb 0 255 0', 'probe amb', 'live-on'])(
  '"%s" may be sent',
  (command) => {
    expect(blockedWord(command, {})).toBeUndefined();
  },
);

test('what only asks needs nobody to confirm it', () => {
  expect(['status', 'Ping ', 'probe amb'].some(needsConfirmation)).toBe(false);
  expect(['led rgb 0 0 0', 'coin', 'status; led', 'live-on'].every(needsConfirmation)).toBe(true);
});

test('never throws', () => {
  const mesh = new Mesh();
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      const data = JSON.stringify({
        type: 'telemetry',
        atMs: value,
        telemetry: { pose: value, bme: { a: value }, propulsion: { thrusters: [value] } },
      });
      for (const each of [text, JSON.stringify(value) ?? '', data]) {
        buoys.readEvent('p', each, out, context);
        readAcoustic('p', 'acoustic', each, out, context);
        mesh.readEvent('packet', text, each, out, context);
      }
      blockedWord(text, value);
    }),
  );
});
