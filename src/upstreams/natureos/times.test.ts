import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceTimeOf, spanMsOf, timeOf } from './times.ts';

const AT = Date.UTC(2026, 8, 2, 8, 15, 30);

test.each([
  ['2026-09-02T08:15:30Z', AT],
  ['2026-09-02T08:15:30', AT],
  ['2026-09-02t08:15:30.1z', AT + 100],
  ['2026-09-02T08:15:30.1239999Z', AT + 123],
  ['2026-09-02T10:15:30.5+02:00', AT + 500],
  ['2026-09-02T05:45:30-0230', AT],
  ['2026-09-02 08:15:30', AT],
  [' 2026-09-02T08:15Z ', AT - 30_000],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
])('%s is a time', (text, ms) => {
  expect(timeOf(text)).toBe(ms);
});

test.each([
  '0001-01-01T00:00:00',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-09-02T25:00:00Z',
  '2026-09-02T08:60:00Z',
  'yesterday',
  '1788336930123',
  '',
  `2026-09-02T08:15:30.${'1'.repeat(80)}Z`,
  1_788_336_930_123,
  null,
  undefined,
  {},
])('%s is none', (value) => {
  expect(timeOf(value)).toBeUndefined();
});

test('every time that JavaScript writes is read as it was', () => {
  const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      expect(timeOf(date.toISOString())).toBe(date.getTime());
    }),
  );
});

test.each([
  ['00:00:02.8500000', 2_850],
  ['1.02:03:04', 93_784_000],
  ['-00:00:01.5', -1_500],
  ['00:00:02.85', 2_850],
  ['2.85', undefined],
  [3, undefined],
])('the span %s is %s ms', (text, ms) => {
  expect(spanMsOf(text)).toBe(ms);
});

test('a device’s clock is believed from 2020 until tomorrow', () => {
  expect(deviceTimeOf(AT - 5_000.7, AT)).toBe(AT - 5_001);
  expect(deviceTimeOf(AT + 86_400_000, AT)).toBe(AT + 86_400_000);
  for (const ts of [0, 7_211_004, -1, AT + 86_400_001, undefined]) expect(deviceTimeOf(ts, AT)).toBeUndefined();
});
