import { expect, test } from 'vitest';
import { createRandom } from '../../src/boards/simulated/random.ts';
import { readOptions } from './options.ts';
import { describePlan, drawPlan } from './plan.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Engine } from './stage.ts';

test('the same seed is the same plan, and every scenario comes up, only where it applies', () => {
  for (const engine of ['redis', 'memory'] as const satisfies readonly Engine[]) {
    const drawn = new Set<string>();
    for (let seed = 1; seed <= 300; seed++) {
      const plan = drawPlan(engine, createRandom(seed), undefined);
      expect(describePlan(drawPlan(engine, createRandom(seed), undefined))).toBe(describePlan(plan));
      for (const { scenario } of plan.lanes.flat()) {
        drawn.add(scenario.name);
        expect(scenario.persistence ?? [plan.persistence]).toContain(plan.persistence);
      }
    }
    expect([...drawn].sort()).toEqual(
      SCENARIOS.filter(({ engines }) => engines.includes(engine))
        .map(({ name }) => name)
        .sort(),
    );
  }
});

test('one scenario alone gets the Redis it needs', () => {
  const only = SCENARIOS.find(({ name }) => name === 'redis-loses-last-second');
  const plan = drawPlan('redis', createRandom(1), only);
  expect(plan).toMatchObject({ persistence: 'everysec', lanes: [[{ scenario: { name: 'redis-loses-last-second' } }]] });
});

test('options: what is given is used, what is wrong is named', () => {
  const read = (...args: string[]) => readOptions(args, {}, () => 7);
  expect(read()).toMatchObject({ engine: 'redis', runs: 10, seed: 7, publishers: 50, subscribers: 200 });
  expect(readOptions([], { HYPHAE_FAULT_RUNS: '100' }, () => 7)).toMatchObject({ runs: 100 });
  expect(read('--engine', 'memory', '--only', 'all').only.every(({ engines }) => engines.includes('memory'))).toBe(
    true,
  );
  for (const wrong of [['--runs', '0'], ['--runs'], ['--speed', '1'], ['--only', 'nothing'], ['--engine', 'etcd']])
    expect(() => read(...wrong)).toThrow(RangeError);
  expect(() => read('--engine', 'memory', '--only', 'redis-frozen')).toThrow('needs --engine redis');
});
