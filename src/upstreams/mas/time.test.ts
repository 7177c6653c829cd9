import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyMs, millisMs, secondsMs, utcMs } from './time.ts';

test.each([
  ['2026-08-14T10:00:00.000001', Date.UTC(2026, 7, 14, 10)],
  ['2026-08-14T09:30:25.995394', 1_786_699_825_995],
  ['2026-08-14T09:30:25', 1_786_699_825_000],
  ['2026-08-14T09:30:25Z', 1_786_699_825_000],
  ['2026-08-14 09:30:25.9', 1_786_699_825_900],
  ['2026-08-14T09:30:26.200892+00:00', 1_786_699_826_200],
  ['2026-08-14T11:30:26.2+02:00', 1_786_699_826_200],
  ['2026-08-14T05:00:26.2-0430', 1_786_699_826_200],
  ['2026-08-14T11:30:26.2+02', 1_786_699_826_200],
  ['2028-02-29T00:00:00', Date.UTC(2028, 1, 29)],
])('%s is UTC where it does not say otherwise', (text, ms) => {
  expect(utcMs(text)).toBe(ms);
});

test.each([
  'yesterday',
  '',
  '2026-08-14',
  '2026-08-14T09:30',
  '2026-02-29T00:00:00',
  '2026-13-01T00:00:00',
  '2026-08-32T00:00:00',
  '2026-08-14T24:00:00',
  '2026-08-14T09:60:00',
  '2026-08-14T09:30:25.',
  '2026-08-14T09:30:25+',
  '2026-08-14T09:30:25+2:00',
  '2026-08-14T09:30:25Zulu',
  '2026/08/14T09:30:25',
  '2026-08-14t09:30:25',
  '9999-08-14T09:30:25',
  'T'.repeat(100_000),
  1_786_699_825_000,
  null,
  undefined,
  {},
])('%s is no time', (text) => {
  expect(utcMs(text)).toBeUndefined();
});

test('reads what Date writes, and never throws on anything', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4_102_444_799_999 }), (ms) => {
      const iso = new Date(ms).toISOString();
      expect(utcMs(iso)).toBe(ms);
      expect(utcMs(`${iso.slice(0, -1)}123`)).toBe(ms);
    }),
  );
  fc.assert(
    fc.property(fc.anything(), fc.string(), (value, text) => {
      for (const read of [utcMs, secondsMs, millisMs, anyMs]) {
        for (const given of [value, text, `2026-08-14T09:30:25${text}`]) {
          const ms = read(given);
          expect(ms === undefined || Number.isInteger(ms)).toBe(true);
        }
      }
    }),
  );
});

test('seconds and milliseconds are kept apart by their size', () => {
  expect(secondsMs(1_786_699_832)).toBe(1_786_699_832_000);
  expect(secondsMs(1_786_699_833_695)).toBeUndefined();
  expect(millisMs(1_786_699_833_695)).toBe(1_786_699_833_695);
  expect(millisMs(1_786_699_832)).toBeUndefined();
  expect(anyMs(1_786_699_832.5)).toBe(1_786_699_832_500);
  expect(secondsMs(Number.NaN)).toBeUndefined();
  expect(millisMs(Number.POSITIVE_INFINITY)).toBeUndefined();
  expect(secondsMs('1786699832')).toBeUndefined();
});
