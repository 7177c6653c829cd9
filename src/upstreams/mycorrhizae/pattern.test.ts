import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPattern, matchesPattern } from './pattern.ts';

test.each([
  ['device.*.telemetry', 'device.MB-7.telemetry', true],
  ['device.*.telemetry', 'device.MB-7.maritime.acoustic_raw', false],
  ['device.*.telemetry', 'device..telemetry', false],
  ['device.*.telemetry', 'xdevice.MB-7.telemetry', false],
  ['device.MB*.telemetry', 'device.MB-7.telemetry', true],
  ['device.MB*.telemetry', 'device.MB.telemetry', false],
  ['device.#', 'device.MB-7.maritime.acoustic_raw', true],
  ['device.#', 'device.', true],
  ['device.#', 'device', false],
  ['#', '', true],
  ['#.alerts', 'device.MB-7.alerts', true],
  ['aggregate.*', 'aggregate.fungi.observations', false],
  ['alert.*', 'prealert.critical', false],
  ['Device.#', 'device.a', false],
  ['device.MB-7', 'device.MB-7', true],
  ['device.MB-7', 'device.MB-77', false],
])('%s and %s: %s', (pattern, channel, matches) => {
  expect(matchesPattern(pattern, channel)).toBe(matches);
});

test.each(['', 'a b', 'device.(*', 'device.MB-?.*', '[ab].#', 'a,b', 'a\n', 'ä', 'x'.repeat(201), 7, null, undefined])(
  '%j is no pattern',
  (text) => {
    expect(isPattern(text)).toBe(false);
  },
);

test('as the expression that it stands for', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '#'), maxLength: 7 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
  fc.assert(
    fc.property(word, name, (pattern, channel) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replaceAll('#', '.*');
      expect(matchesPattern(pattern, channel)).toBe(new RegExp(`^${source}$`).test(channel));
    }),
    { numRuns: 2_000 },
  );
});

test('a pattern made to be slow is not', () => {
  const began = performance.now();
  expect(matchesPattern('*a'.repeat(100), `${'a'.repeat(299)}b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1_000);
});
