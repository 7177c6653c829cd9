import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { LoadResult } from '../load.ts';
import { perCore, RUNS, ratioRow, runOurs, startOurs, withTargets } from '../measure.ts';

const SUBS = [100, 1_000, 5_000] as const;

/** What one delivery costs must not depend on how many others there are. */
export const flatCost = (): Promise<readonly BenchRow[]> =>
  withTargets([startOurs], async (ours) => {
    if (!ours) return [];
    const costs: number[] = [];
    for (const subs of SUBS) {
      const runs: LoadResult[] = [];
      for (let run = 0; run < RUNS; run++)
        runs.push(await runOurs(ours, { mode: 'max', subs, window: 16, dur: 1.2, warm: 0.7 }));
      costs.push(1 / perCore(runs));
    }
    const [ofFew = Number.NaN, ...ofMany] = costs;
    return [
      ratioRow('cost of a delivery, 1,000 and 5,000 subscribers ÷ 100', Math.max(...ofMany) / ofFew, 1.2, false),
      ...SUBS.map((subs, at) => ({
        name: `cost of a delivery, ${subs.toLocaleString('en')} subscribers`,
        value: (costs[at] ?? Number.NaN) * 1e3,
        unit: 'µs',
        higherIsBetter: false,
      })),
    ];
  });
