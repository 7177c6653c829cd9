import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget, Budgets } from './budget.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How a server counts that allows so many within any window of that length. */
const mostIn = (times: readonly number[], windowMs: number): number => {
  let most = 0;
  let from = 0;
  for (let to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= windowMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
};

test('however it is asked, no minute and no hour holds more', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 2_000, maxLength: 4_000 }), (gaps) => {
      const budget = new Budget({ perMinute: 50, perHour: 900 }, 0);
      const taken: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        if (budget.take(now, gap % 2 === 0 ? 'needed' : 'refresh') === 0) taken.push(now);
      }
      expect(mostIn(taken, MINUTE)).toBeLessThanOrEqual(50);
      expect(mostIn(taken, HOUR)).toBeLessThanOrEqual(900);
    }),
    { numRuns: 30 },
  );
});

test('an hour of steady asking gets nearly all of it, spread', () => {
  const budget = new Budget({ perMinute: 50, perHour: 900 }, 0);
  const taken: number[] = [];
  for (let now = 0; now < HOUR; now += 250) if (budget.take(now) === 0) taken.push(now);
  expect(taken.length).toBeGreaterThan(880);
  expect(taken.filter((at) => at > HOUR - 10 * MINUTE).length, 'in the last ten minutes').toBeGreaterThan(100);
});

test('refreshing leaves something for whoever has nothing yet', () => {
  const budget = new Budget({ perMinute: 10, perHour: 1_000 }, 0);
  let refreshed = 0;
  while (budget.take(0, 'refresh') === 0) refreshed++;
  expect(refreshed).toBe(8);
  expect(budget.take(0)).toBe(0);
  expect(budget.take(0)).toBe(0);
  const waitMs = budget.take(0);
  expect(waitMs).toBe(MINUTE);
  expect(budget.take(waitMs - 1)).toBeGreaterThan(0);
  expect(budget.take(waitMs)).toBe(0);
});

test('a 429 holds for everybody, as long as it says', () => {
  const budget = new Budget({ perMinute: 10, perHour: 1_000 }, 0);
  budget.block(1_000, 30_000);
  expect(budget.take(2_000)).toBe(29_000);
  expect(budget.left(2_000).blockedMs).toBe(29_000);
  expect(budget.take(31_000)).toBe(0);
  budget.block(31_000, 0);
  expect(budget.take(31_500), 'an hour of nothing is not believed, nor no wait at all').toBe(500);
});

test('without limits nothing is counted or kept; a clock that is set back stops nothing', () => {
  const free = new Budget({ perMinute: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY }, 0);
  for (let at = 0; at < 10_000; at++) expect(free.take(at)).toBe(0);
  const budget = new Budget({ perMinute: 2, perHour: 100 }, HOUR);
  expect([budget.take(HOUR), budget.take(HOUR)]).toEqual([0, 0]);
  expect(budget.take(0)).toBeLessThanOrEqual(MINUTE);
  expect(budget.take(MINUTE)).toBe(0);
});

test('one origin has one budget, the strictest of those that were given', () => {
  const target = (url: string, perMinute: number | undefined) => ({
    base: new URL(url),
    altBase: undefined,
    budget: perMinute === undefined ? undefined : { perMinute, perHour: 10_000 },
  });
  const budgets = new Budgets(
    [target('http://mas:1/a', 3), target('http://mas:1/b', 2), target('http://other:1', undefined)],
    0,
  );
  expect(budgets.of(new URL('http://mas:1/x'))).toBe(budgets.of(new URL('http://mas:1/y?z')));
  expect(budgets.of(new URL('http://mas:1')).left(0).minute).toBe(2);
  expect(() => budgets.of(new URL('http://elsewhere'))).toThrow();
});
