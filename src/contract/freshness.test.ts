import { expect, test } from 'vitest';
import { freshnessLimits, freshnessOf } from './freshness.ts';

test('a value is judged by its own cadence', () => {
  expect(freshnessOf(undefined, 1000, false)).toBe('never');
  expect(freshnessOf(0, 1000, false)).toBe('live');
  expect(freshnessOf(2_300, 1000, false)).toBe('late');
  expect(freshnessOf(4_500, 1000, false)).toBe('stale');
  expect(freshnessOf(4_500, 10_000, false)).toBe('live');
  expect(freshnessOf(0, 1000, true)).toBe('gone');
});

test('fast sources are not called late for a hiccup', () => {
  expect(freshnessLimits(10)).toEqual({ lateMs: 1_500, staleMs: 3_000 });
});
