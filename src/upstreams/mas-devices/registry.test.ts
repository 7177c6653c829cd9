import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RecordingOut } from '../../../server/tools/conformance/mas-devices-lines.ts';
import type { DeviceRecord, RegistryRecord } from '../../contract/upstream/mas-devices.ts';
import { detailOf, readAnswer } from './answers.ts';
import { DeviceReadings } from './readings.ts';
import { DeviceRegistry } from './registry.ts';
import { screened } from './screen.ts';

const context = { now: Date.UTC(2026, 7, 14, 9, 31), simulated: false };
let out: RecordingOut;
let known: { readonly registry: DeviceRegistry; readonly readings: DeviceReadings };
beforeEach(() => {
  out = new RecordingOut();
  known = { registry: new DeviceRegistry(), readings: new DeviceReadings() };
});

const list = (...devices: object[]) => known.registry.readList({ devices, count: devices.length }, out, context);
const row = (device_id: string, more: object = {}) => ({ device_id, host: 'h', status: 'online', ...more });
const device = (id: string) => out.state.get(`devices/${id}`) as DeviceRecord;
const told = () => out.state.get('registry/registry') as RegistryRecord;
const ask = (path: string, status: number, value: unknown, method = 'GET') =>
  readAnswer({ method, path, status, value }, known, out, context);

test('whom MAS forgets is offline with its last words, and counted', () => {
  list(row('a', { firmware_version: '2' }), row('b', { status: 'stale' }));
  expect(told()).toMatchObject({ online: 1, stale: 1, offline: 0, available: true });
  list();
  expect(device('a')).toMatchObject({ status: 'offline', firmware: '2', flags: ['last-known'] });
  expect(told()).toMatchObject({ online: 0, stale: 0, offline: 2 });
  list(row('a'));
  expect(device('a')).toMatchObject({ status: 'online', flags: [] });
});

test('a list that fails says so and leaves everybody as he was', () => {
  list(row('a'));
  known.registry.tell(false, 'MAS answers 503', out, context);
  expect(device('a').status).toBe('online');
  expect(told()).toMatchObject({ available: false, why: 'MAS answers 503', online: 1 });
});

test('what cannot be a device is counted, the rest is taken', () => {
  list(row('a'), { host: 'x' }, 7 as unknown as object, row('c', { status: 'asleep', sensors: 'none' }));
  expect(device('a').status).toBe('online');
  expect(device('c')).toMatchObject({ status: 'unknown', flags: ['unknown-status'], sensors: [] });
  expect(out.counts.get('dropped:bad-device')).toBe(2);
});

test('a device that is not there any more is told by its own 404, a word that is no device by none', () => {
  list(row('a'));
  expect(ask('/api/devices/health', 404, { detail: 'Device not found: health' }).action).toBe('degrade');
  expect(ask('/api/devices/a/telemetry', 503, { detail: 'offline' }).action).toBe('degrade');
  expect(device('a').status).toBe('online');
  expect(ask('/api/devices/a', 404, { detail: 'Device not found: a' }).action).toBe('mark_offline');
  expect(device('a').status).toBe('offline');
});

test.each([
  ['47.61,-122.33', { latDeg: 47.61, lonDeg: -122.33 }],
  ['-122.33, 47.61', { latDeg: 47.61, lonDeg: -122.33 }],
  ['greenhouse 2', undefined],
  ['200,300', undefined],
  [null, undefined],
])('location %s', (location, position) => {
  list(row('a', { location }));
  expect(device('a').position).toEqual(position);
});

test.each([
  [[47.61, -122.33], '47.61,-122.33', { latDeg: 47.61, lonDeg: -122.33 }],
  [[-122.33, 47.61], '47.61,-122.33', { latDeg: 47.61, lonDeg: -122.33 }],
  [[10, 20], '20,10', { latDeg: 20, lonDeg: 10 }],
  [[0, 0], '47.61,-122.33', undefined],
  [['a', 1], undefined, undefined],
])('a point %j of a device registered at %s', (coordinates, location, position) => {
  list(row('a', { location }));
  const entities = [{ id: 'a', geometry: { type: 'Point', coordinates } }];
  expect(known.registry.readEntities({ entities }, out, context).facts).toEqual({ positions: { a: position } });
});

test('answers of commands', () => {
  const command = (status: number, value: unknown) => ask('/api/devices/a/command', status, value, 'POST');
  expect(command(200, { status: 'ok', response: { response: 'OK' } }).action).toBe('apply');
  expect(command(200, { ok: false, error: 'no' })).toMatchObject({ action: 'command_failed', facts: { why: 'no' } });
  expect(command(200, 'OK').action).toBe('command_failed');
  expect(command(504, { detail: 'late' }).action).toBe('command_failed');
  expect(command(200, { ack: { state: 'failed', detail: 'dark' } }).action).toBe('command_failed');
  expect(command(200, { ack: { state: 'queued' } })).toMatchObject({ action: 'apply', facts: { state: 'queued' } });
  expect(command(429, { detail: 'x' })).toMatchObject({ action: 'backoff', facts: { retry_after_s: 60 } });
});

test('why it failed, in each of the forms there are', () => {
  expect(detailOf({ detail: 'late' })).toBe('late');
  expect(detailOf({ detail: [{ loc: ['body', 'host'], msg: 'field required' }] })).toBe('host field required');
  expect(detailOf({ detail: { error: 'relay' } })).toBe('relay');
  expect(detailOf('x')).toBeUndefined();
});

test('no address of the house gets through, and what has none is not copied', () => {
  const clean = { devices: [{ device_id: 'a', last_seen: '2026-08-14T09:30:00.000402+00:00', n: 1 }] };
  expect(screened(clean)).toBe(clean);
  const internal = {
    devices: [
      { device_id: 'a', host: '198.51.100.7', extra: { agent_url: 'http://198.51.100.7:8787', vision_urls: ['x'] } },
    ],
    detail: 'Cannot connect to http://198.51.100.7:8003/x: refused by 198.51.100.7:8003',
  };
  const out = JSON.stringify(screened(internal));
  expect(out).not.toMatch(/198\.51|agent_url|vision_urls|host/);
  expect(out).toContain('Cannot connect to');
  expect(screened(JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`))).toBeDefined();
});

test('never throws on any answer', () => {
  const paths = [
    '/api/devices',
    '/api/devices/a',
    '/api/devices/crep',
    '/api/devices/unified-network',
    '/api/devices/a/telemetry',
    '/%',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...paths),
      fc.constantFrom(200, 404, 500),
      fc.jsonValue(),
      fc.boolean(),
      (path, status, value, isPost) => {
        const wrapped = [
          value,
          { devices: value, entities: value, telemetry: value, mycobrain: value },
          { devices: [value] },
        ];
        for (const each of wrapped)
          expect(ask(path, status, each, isPost ? 'POST' : 'GET').action).toBeTypeOf('string');
        screened(value);
      },
    ),
  );
});

test('so many at most; those that are gone make room', () => {
  list(...Array.from({ length: 1_500 }, (_, index) => row(`old-${index}`)));
  list(...Array.from({ length: 1_500 }, (_, index) => row(`new-${index}`)));
  expect([...out.state.keys()].filter((name) => name.startsWith('devices/')).length).toBe(2_000);
  expect(out.counts.get('expired:too-many-known')).toBe(1_000);
  expect(device('new-0').status).toBe('online');
});
