import { expect, test } from 'vitest';
import { ConnectBudget } from './connect-budget.ts';

test('so many within any minute, and no more', () => {
  const budget = new ConnectBudget(3);
  const taken = [0, 1_000, 30_000, 31_000, 59_999, 60_000, 60_500, 61_000, 90_000].map((now) => budget.take(now));
  expect(taken).toEqual([true, true, true, false, false, true, false, true, true]);
});
