import { expect, test } from 'vitest';
import type { NatureosAlert, NatureosAlertEntry } from '../../contract/upstream/natureos.ts';
import { AlertBook, severityOf } from './alert-book.ts';
import { KeptOut } from './kept-out.ts';

const NOW = Date.UTC(2026, 8, 2, 8, 0, 0);
const MINUTE = 60_000;
const KEY = 'DeviceHealth/Battery/a/Critical';

function lab() {
  const book = new AlertBook(150_000);
  const out = new KeptOut();
  const context = (ms: number) => ({ now: NOW + ms, simulated: false });
  const said = (ms: number) => ({
    id: null,
    type: 'DeviceHealth',
    category: 'Battery',
    severity: 'Critical',
    message: `at ${ms}`,
    timestamp: new Date(NOW + ms).toISOString(),
    deviceId: 'a',
    recommendations: ['Replace it', 7, null],
  });
  return {
    book,
    out,
    context,
    say: (ms: number, change: object = {}) => book.read({ ...said(ms), ...change }, context(ms), out),
    age: (ms: number) => book.age(context(ms), out),
    alert: (key = KEY) => out.record<NatureosAlert>('alerts', key),
    log: () => out.of<NatureosAlertEntry>('alert-log').map(({ what }) => what),
  };
}

test('said each minute it is one alert, with when it began and was heard last', () => {
  const { book, say, alert, log, out } = lab();
  book.listening(NOW);
  for (const minute of [0, 1, 2]) say(minute * MINUTE);
  expect(alert()).toMatchObject({
    firstAt: NOW,
    lastSeenAt: NOW + 2 * MINUTE,
    count: 3,
    message: `at ${2 * MINUTE}`,
    recommendations: ['Replace it'],
  });
  expect(log()).toEqual(['raised']);
  expect(out.counts).toEqual([`deduped:alert-holds ${KEY}`, `deduped:alert-holds ${KEY}`]);
});

test('over after 150 s of silence, gone an hour later, raised anew when it comes back', () => {
  const { book, say, age, alert, log } = lab();
  book.listening(NOW);
  say(0);
  age(150_000);
  expect(alert()?.clearedAt).toBeUndefined();
  age(150_001);
  expect(alert()?.clearedAt).toBe(NOW + 150_001);
  say(200_000);
  expect(alert()).toMatchObject({ clearedAt: undefined, count: 1, firstAt: NOW + 200_000 });
  age(400_000);
  age(400_000 + 61 * MINUTE);
  expect(alert()).toBeUndefined();
  expect(log()).toEqual(['raised', 'cleared', 'raised', 'cleared']);
});

test('a repeat that comes too late ends the first one also without a look in between', () => {
  const { book, say, log } = lab();
  book.listening(NOW);
  say(0);
  say(151_000);
  expect(log()).toEqual(['raised', 'cleared', 'raised']);
});

test('silence says nothing while nobody listens, and counts from when we listen again', () => {
  const { book, say, age, alert } = lab();
  book.listening(NOW);
  say(0);
  book.listening(undefined);
  age(3_600_000);
  expect(alert()?.clearedAt).toBeUndefined();
  book.listening(NOW + 3_600_000);
  age(3_700_000);
  expect(alert()?.clearedAt).toBeUndefined();
  age(3_750_001);
  expect(alert()?.clearedAt).toBeDefined();
});

test('an acknowledgement lasts as long as the alert holds', () => {
  const { book, say, age, alert, out, context, log } = lab();
  book.listening(NOW);
  expect(book.acknowledge(KEY, context(0), out)).toBe(false);
  say(0);
  expect(book.acknowledge(KEY, context(1_000), out)).toBe(true);
  expect(book.acknowledge(KEY, context(2_000), out)).toBe(true);
  say(MINUTE);
  expect(alert()?.acknowledgedAt).toBe(NOW + 1_000);
  age(MINUTE + 150_001);
  expect(book.acknowledge(KEY, context(MINUTE + 150_002), out)).toBe(false);
  say(10 * MINUTE);
  expect(alert()?.acknowledgedAt).toBeUndefined();
  expect(log()).toEqual(['raised', 'acknowledged', 'cleared', 'raised']);
});

test('errors of Mushroom1 are told each time; another severity is another alert', () => {
  const { book, say, out, log } = lab();
  book.listening(NOW);
  const error = { type: 'Error', source: 'Mushroom1', severity: 'High', category: undefined, deviceId: undefined };
  say(0, error);
  say(1_000, error);
  say(2_000, { severity: 'Warning' });
  expect(log()).toEqual(['raised', 'raised', 'raised']);
  expect([...(out.states.get('alerts')?.keys() ?? [])]).toEqual([
    'Error//mushroom1/High',
    'DeviceHealth/Battery/a/Warning',
  ]);
  expect(out.record<NatureosAlert>('alerts', 'Error//mushroom1/High')).toMatchObject({
    severity: 'critical',
    device: 'mushroom1',
  });
});

test('there is an end to how many; what is over makes room', () => {
  const { book, say, age, out } = lab();
  book.listening(NOW);
  for (let n = 0; n < 500; n += 1) say(0, { deviceId: `d${n}` });
  say(1, { deviceId: 'one more' });
  expect(book.size).toBe(500);
  expect(out.counts.at(-1)).toContain('too-many-alerts');
  age(150_001);
  say(150_002, { deviceId: 'one more' });
  expect(book.size).toBe(500);
  expect(out.record('alerts', 'DeviceHealth/Battery/one more/Critical')).toBeDefined();
});

test.each([
  ['Info', 'info'],
  ['Warning', 'warning'],
  ['High', 'critical'],
  ['CRITICAL', 'critical'],
  ['Odd', 'warning'],
  [null, 'warning'],
  ['constructor', 'warning'],
])('severity %s is %s', (word, severity) => {
  expect(severityOf(word)).toBe(severity);
});
