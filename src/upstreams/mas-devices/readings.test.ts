import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RecordingOut } from '../../../server/tools/conformance/mas-devices-lines.ts';
import type { ReadingsRecord } from '../../contract/upstream/mas-devices.ts';
import { normaliseReadings } from './normalise.ts';
import { DeviceReadings } from './readings.ts';
import { telemetryPart } from './telemetry-part.ts';

const NOW = Date.UTC(2026, 7, 14, 9, 31);
const context = { now: NOW, simulated: false };
const at = (second: number) => `2026-08-14T09:30:${String(second).padStart(2, '0')}.000001`;

let out: RecordingOut;
let readings: DeviceReadings;
beforeEach(() => {
  out = new RecordingOut();
  readings = new DeviceReadings();
});

const say = (data: unknown, more: object = {}, device = 'm1') => {
  const message = { type: 'telemetry', timestamp: at(5), source: 's', device_id: 'm1', data, ...more };
  return readings.readMessage(device, JSON.stringify(message), out, context).action;
};
const shown = () => out.state.get('readings/m1') as ReadingsRecord;

test('a reading that this message does not say stays, as of when it was said', () => {
  say({ temperature: 20, humidity: 50 });
  say({ temperature: 21 }, { timestamp: at(6) });
  expect(shown().readings).toMatchObject([
    { name: 'temperature', value: 21, at: NOW - 54_000 },
    { name: 'humidity', value: 50, at: NOW - 55_000 },
  ]);
});

test('absent is not 0, and what is no clean number is dropped', () => {
  say({ temperature: null, humidity: '', pressure: '0x10', iaq: ' 48 ', gas_resistance: 'NaN', co2: true });
  expect(shown().readings).toMatchObject([{ name: 'iaq', value: 48 }]);
  expect(out.counts.get('dropped:bad-value')).toBe(4);
});

test('a bare NaN, as Python writes it, costs that reading and no other', () => {
  const frame = `{"type": "telemetry", "timestamp": "${at(5)}", "data": {"temperature": NaN, "humidity": 51}}`;
  expect(readings.readMessage('m1', frame, out, context).action).toBe('apply');
  expect(shown().readings).toMatchObject([{ name: 'humidity', value: 51 }]);
});

test('late values are in the history and not on show; a wrong clock does not make later ones late', () => {
  expect(say({ temperature: 20 }, { timestamp: '2026-08-14T10:30:00' })).toBe('apply_receive_time');
  expect(shown()).toMatchObject({ at: NOW, atFrom: 'arrival', flags: ['clock-skew'] });
  expect(say({ temperature: 21 }, { timestamp: at(9) })).toBe('apply');
  expect(say({ temperature: 19 }, { timestamp: at(8) })).toBe('history_only');
  expect(say({ temperature: 19 }, { timestamp: at(8) })).toBe('dedupe');
  expect(shown().readings[0]?.value).toBe(21);
  expect(out.rowsSeen).toBe(2);
  expect(out.events).toMatchObject([{ part: 'late-readings', record: { flags: ['late'], readings: [{ value: 19 }] } }]);
});

test.each([
  [{ device_id: 'M1' }, 'drop'],
  [{ device_id: 7 }, 'drop'],
  [{ device_id: undefined }, 'apply'],
  [{ timestamp: 'yesterday' }, 'apply_receive_time'],
  [{ timestamp: null }, 'apply_receive_time'],
  [{ data: {} }, 'freshness_only'],
  [{ data: 'warm' }, 'drop'],
  [{ type: 'weather' }, 'ignore'],
])('%j: %s', (more, action) => {
  expect(say({ temperature: 20 }, more)).toBe(action);
});

test('the shape for all devices is taken, and only there may it be of another device', () => {
  const data = { device_id: 'm1', telemetry: { temperature: 22 } };
  expect(say(data, { type: 'device_telemetry', device_id: undefined }, 'telemetry')).toBe('apply');
  expect(say(data, { type: 'device_telemetry', device_id: undefined }, 'm2')).toBe('drop');
});

test('silence', () => {
  expect(readings.judgeSilence('m1', NOW).action).toBe('mark_stale');
  say({ temperature: 20 });
  expect(readings.judgeSilence('m1', NOW + 15_000).action).toBe('control');
  expect(readings.judgeSilence('m1', NOW + 15_001).action).toBe('mark_stale');
  expect(readings.isPushed('m1', NOW + 30_000, 30_000)).toBe(true);
});

test('ids that are no word of a channel get one of their own', () => {
  expect(telemetryPart('mycobrain--dev-ttyACM0')).toBe('telemetry.mycobrain--dev-ttyACM0');
  const odd = ['a/b', 'a:b', 'a b', '-a', 'ä', 'x'.repeat(60), `${'x'.repeat(60)}y`];
  const parts = odd.map(telemetryPart);
  expect(new Set(parts).size).toBe(odd.length);
  for (const part of parts) expect(part).toMatch(/^telemetry\.[A-Za-z0-9_-]{1,50}$/);
});

test('never throws, whatever is said, and what it takes is numbers with names', () => {
  fc.assert(
    fc.property(fc.anything(), fc.jsonValue(), fc.string(), (anything, json, text) => {
      for (const data of [json, { bme1: json, temperature: anything }]) say(data, { timestamp: text, device_id: json });
      readings.readMessage('m1', text, out, context);
      readings.readMessage('m1', new ArrayBuffer(3), out, context);
      const record = out.state.get('readings/m1') as ReadingsRecord | undefined;
      for (const { name, value } of record?.readings ?? []) {
        expect(name.length).toBeLessThanOrEqual(48);
        expect(Number.isFinite(value)).toBe(true);
      }
    }),
  );
});

test('what is too much is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`r${index}`, index]));
  const { readings: taken, dropped } = normaliseReadings(many, NOW);
  expect(taken.length).toBe(64);
  expect(dropped.length).toBe(936);
});
