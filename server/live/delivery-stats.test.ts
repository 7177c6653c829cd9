import { expect, test } from 'vitest';
import { DeliveryStats } from './delivery-stats.ts';

test('quantiles are of the last minutes, totals of all time', () => {
  const stats = new DeliveryStats();
  const ages = stats.ages('events');
  expect(ages.quantile(0.5, 0)).toBeUndefined();
  for (let n = 0; n < 10_000; n++) stats.delivered('events', 1);
  expect(ages.quantile(0.99, 1_000)).toBeCloseTo(1, 0);
  for (const now of [61_000, 122_000]) ages.quantile(0.5, now);
  expect(ages.quantile(0.5, 122_000), 'nothing for a while').toBeUndefined();
  for (let n = 0; n < 10; n++) stats.delivered('events', 500);
  expect(ages.quantile(0.5, 123_000)).toBeGreaterThanOrEqual(500);
  expect([...ages.cumulative()].at(-1)?.[1]).toBe(10_010);
});
