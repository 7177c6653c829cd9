import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NatureosActivity, NatureosDevice, NatureosEvent } from '../../contract/upstream/natureos.ts';
import type { ReadContext } from '../out.ts';
import { KeptOut } from './kept-out.ts';
import { NatureosReader } from './natureos-reader.ts';
import { DASHBOARD_STREAM, EVENTS_STREAM, NatureosStreams } from './streams.ts';

const NOW = Date.UTC(2026, 8, 2, 8, 0, 0);
const iso = (ms: number): string => new Date(ms).toISOString();

function lab(now = NOW) {
  const reader = new NatureosReader();
  const out = new KeptOut();
  const context = (later = 0): ReadContext => ({ now: now + later, simulated: false });
  const say = (target: string, argument: unknown, later = 0): void =>
    reader.invoked(target, [argument], context(later), out);
  const update = (fields: object, later = 0): void =>
    say(
      'DeviceUpdate',
      { deviceId: 'a', deviceType: 'mycobrain', timestamp: iso(now + later), status: 'Updated', ...fields },
      later,
    );
  const device = (id = 'a'): NatureosDevice | undefined => out.record<NatureosDevice>('devices', id);
  return { reader, out, context, say, update, device };
}

test('whatever a peer sends: nothing is thrown, and what told nothing was counted', () => {
  const names = Object.keys(new NatureosReader().targets).filter(
    (name) => !/^(Connected|JoinedGroup|LeftGroup)$/.test(name),
  );
  const keys = fc.constantFrom(
    'deviceId',
    'device_id',
    'data',
    'timestamp',
    'seq',
    'serial',
    'side_a',
    'bme688',
    'temperature',
    'event',
    'event_id',
    'source',
    'envelope',
    'pack',
    'results',
    'duration',
    'severity',
    'type',
    'category',
    'recommendations',
    'commandId',
    '__proto__',
    'constructor',
    'toString',
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, '', 'a', '2026-09-02T08:00:00Z', 'NaN', true, [], {}),
      fc.double(),
      fc.string(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(value, { maxLength: 2 }), (target, args) => {
      const { reader, out, context } = lab();
      reader.invoked(target, args, context(), out);
      const told = out.events.length + out.states.size + out.counts.length;
      expect(told).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

test('hostile text on the event streams and in the store', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), fc.jsonValue(), (text, value) => {
      const { reader, out, context } = lab();
      const streams = new NatureosStreams(reader);
      streams.event(EVENTS_STREAM, text, context(), out);
      streams.event(DASHBOARD_STREAM, text, context(), out);
      reader.snapshot(value, 'devices', context(), out);
      if (Array.isArray(value)) reader.events.stored(value, context(), out);
      expect(out.counts.length + out.states.size + out.events.length).toBeGreaterThan(0);
    }),
  );
});

test('a message without its own time has that of its arrival, and says so', () => {
  const { update, device } = lab();
  update({ timestamp: 'soon', data: { seq: 1 } });
  expect(device()).toMatchObject({ at: NOW, atFrom: 'arrival', flags: expect.arrayContaining(['no-time']) });
});

test('the id comes from the data when the message has none', () => {
  const { say, device, out } = lab();
  say('DeviceUpdate', { deviceId: ' ', data: { serial: ' MB-1 ', side_a: null }, timestamp: iso(NOW) });
  expect(device('MB-1')).toBeDefined();
  say('DeviceUpdate', { data: { device_id: 'MB-2', temperature: '61.25' }, timestamp: iso(NOW) });
  expect(device('MB-2')?.values.temperature).toMatchObject({ value: 61.25, unit: 'degC' });
  say('DeviceUpdate', { deviceId: 7, data: {}, timestamp: iso(NOW) });
  expect(out.counts).toContain('dropped:no-device-id');
});

test('older than known is late; the same number with other clocks is a reboot; the number may wrap', () => {
  const { update, device, out } = lab();
  const data = (seq: number, ts: number) => ({ data: { seq, ts, side_a: { bme688: { temperature: seq } } } });
  update(data(4_294_967_295, NOW));
  update(data(0, NOW + 1_000), 1_000);
  expect(device()?.seq).toBe(0);
  update(data(7, NOW - 5_000), -5_000);
  expect(out.counts).toEqual(['late:older-than-known a/7']);
  update(data(0, NOW + 9_000), 9_000);
  expect(device()?.at).toBe(NOW + 9_000);
  update(data(0, NOW + 9_000), 10_000);
  expect(out.counts[1]).toBe('deduped:same-telemetry a/0');
});

test('a device without a clock: its newest number again is a repeat, unless so late that it counted anew', () => {
  const { update, out } = lab();
  const data = { data: { seq: 17, ts: 0, side_a: { uptime_ms: 0 } } };
  update(data);
  update(data, 2_000);
  update(data, 3_600_000);
  expect(out.counts).toEqual(['deduped:same-telemetry a/17']);
});

test('a clock that ran ahead once does not hold back what comes after', () => {
  const { update, device } = lab();
  update({ timestamp: iso(NOW + 3 * 3_600_000), data: { seq: 1, ts: 0 } });
  expect(device()).toMatchObject({ at: NOW, atFrom: 'arrival' });
  expect(device()?.flags).toContain('clock-skew');
  update({ timestamp: iso(NOW + 2_000), data: { seq: 2, ts: 0 } }, 2_000);
  expect(device()?.seq).toBe(2);
});

test('one reading of Mushroom1 in two messages: one row, and the event says that it is the same', () => {
  const { say, out } = lab();
  const reading = { Temperature: 22.4 };
  const event = { event_id: 'e1', source_device: 'mushroom1', timestamp: iso(NOW), signal_vector: reading };
  say('DeviceUpdate', { deviceId: 'mushroom1', data: reading, timestamp: iso(NOW), status: 'Updated' });
  say('EventReceived', { event, source: 'Mushroom1', timestamp: iso(NOW - 1_500), type: 'TelemetryUpdate' });
  expect(out.allRows).toHaveLength(1);
  expect(out.of<NatureosEvent>('events')[0]?.flags).toContain('same-reading');
  say('EventReceived', { event: { ...event, event_id: 'e2' }, source: 'Mushroom1', timestamp: iso(NOW - 2_500) });
  expect(out.of<NatureosEvent>('events')[1]?.flags).not.toContain('same-reading');
});

test('on the event stream, values are plotted where nothing better is known; a lost piece is a gap', () => {
  const { reader, out, context, device } = lab();
  const streams = new NatureosStreams(reader);
  const event = (n: number) => ({
    event_id: `e${n}`,
    source_device: 'a',
    timestamp: iso(NOW + n * 1_000),
    signal_vector: { temperature: n },
  });
  const say = (...ns: readonly number[]): void =>
    streams.event(EVENTS_STREAM, JSON.stringify(ns.map(event)), context(20_000), out);
  say(5, 4, 3, 2, 1);
  expect(device()?.values.temperature?.value).toBe(5);
  expect(out.gaps).toEqual([]);
  say(9, 8, 7, 6, 5);
  expect(out.gaps).toEqual([]);
  say(19, 18, 17, 16, 15);
  expect(out.gaps).toEqual([
    { part: 'events', gap: { why: 'history-trimmed', count: undefined, fromMs: NOW + 9_000, toMs: NOW + 15_000 } },
  ]);
  expect(out.of<NatureosEvent>('events').map(({ id }) => id)).toEqual([
    'e1',
    'e2',
    'e3',
    'e4',
    'e5',
    'e6',
    'e7',
    'e8',
    'e9',
    'e15',
    'e16',
    'e17',
    'e18',
    'e19',
  ]);
});

test('a simulation’s end is told once, whichever report comes first', () => {
  const { say, out } = lab();
  const ended = { type: 'HPL', status: 'Completed', timestamp: iso(NOW) };
  const update = {
    ...ended,
    timestamp: iso(NOW + 10),
    results: { success: true, executionTime: '00:00:02', outputData: { networkNodes: 2 }, timestamp: iso(NOW) },
  };
  say('SimulationStarted', { type: 'HPL', status: 'Running', timestamp: iso(NOW - 2_000) });
  say('SimulationCompleted', { ...ended, duration: '00:00:02', results: { networkNodes: 2 } });
  say('SimulationUpdate', update);
  say('SimulationFailed', { type: 'HPL', status: 'Failed', timestamp: iso(NOW + 60_000), error: 'no memory' });
  expect(
    out
      .of<NatureosActivity & { t: 'simulation' }>('activity')
      .map(({ state, durationMs, error }) => [state, durationMs, error]),
  ).toEqual([
    ['running', undefined, undefined],
    ['done', 2_000, undefined],
    ['failed', undefined, 'no memory'],
  ]);
});

test('a snapshot and live messages: the newest word wins, for each field', () => {
  const { reader, update, device, out, context } = lab();
  update({ data: { seq: 1, fw_version: '2.3.1', side_a: { bme688: { temperature: 20 } } } });
  expect(device()).toMatchObject({ status: 'online', flags: expect.arrayContaining(['derived']) });
  const stored = { deviceId: 'a', name: 'Tray 4', status: 2, lastSeen: iso(NOW - 60_000), batteryLevel: 80 };
  reader.snapshot([stored], 'devices', context(1_000), out);
  expect(device()).toMatchObject({ name: 'Tray 4', status: 'online', batteryPct: 80, lastSeenAt: NOW });
  expect(device()?.values['bme688.temperature']?.value).toBe(20);
  reader.snapshot([{ ...stored, status: 3, lastSeen: iso(NOW + 5_000) }], 'devices', context(5_000), out);
  expect(device()).toMatchObject({ status: 'maintenance', at: NOW + 5_000 });
  expect(device()?.flags).not.toContain('derived');
  reader.snapshot([], 'devices', context(6_000), out);
  expect(device()?.status).toBe('maintenance');
  expect(out.record('summary', 'devices')).toMatchObject({ is: 'unknown', why: 'empty' });
});

test('who is silent for half an hour is offline, if somebody listened; an unknown one stays unknown', () => {
  const { reader, update, device, out, context } = lab();
  update({ data: { seq: 1, ts: 0 } });
  reader.snapshot([{ deviceId: 'b', status: 9 }], 'devices', context(), out);
  const later = 31 * 60_000;
  reader.age(context(later), out);
  expect(device()?.status).toBe('online');
  reader.listening(NOW + later);
  reader.age(context(later + 60_000), out);
  expect(device()?.status).toBe('online');
  reader.age(context(2 * later), out);
  expect(device()).toMatchObject({ status: 'offline', flags: expect.arrayContaining(['derived']) });
  expect(device('b')?.status).toBe('unknown');
  update({ data: { seq: 2, ts: 0 } }, 2 * later);
  expect(device()?.status).toBe('online');
});

test('nothing of a question that somebody asked is kept', () => {
  const { say, out } = lab();
  say('MycaActivity', { Question: 'secret words', responseLength: 1, timestamp: iso(NOW), suggestedQuestions: 2 });
  expect(JSON.stringify(out.events)).not.toContain('secret');
});
