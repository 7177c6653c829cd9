import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const options = { firstMs: 100, mostMs: 5_000 };

test('the limit doubles up to its end, however many attempts there were', () => {
  const longest = (attempt: number) => backoffMs(attempt, options, () => 1);
  expect([1, 2, 3, 6, 7, 1_000_000].map(longest)).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
});

test('the wait is anywhere below the limit', () => {
  expect(backoffMs(3, options, () => 0)).toBe(0);
  expect(backoffMs(3, options, () => 0.5)).toBe(200);
});
