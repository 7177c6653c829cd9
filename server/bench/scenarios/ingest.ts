import type { BenchRow } from '../../../.ci/bench-row.ts';
import { runClient } from '../clients/run-client.ts';
import { isNullTest, median, RUNS, startOurs, withTargets } from '../measure.ts';
import { cpuSeconds } from '../process.ts';

const SECONDS = 2;

/** What a core takes in when nobody listens: parsed, checked, numbered and kept. */
export const ingest = (): Promise<readonly BenchRow[]> =>
  withTargets(isNullTest ? [] : [startOurs], async (ours) => {
    if (!ours) return [];
    const measure = async (recordsPerMessage: number): Promise<number> => {
      const perCore: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        let cpuBefore = 0;
        await runClient('ingest-client.ts', [ours.port, SECONDS, recordsPerMessage], (line) => {
          const { records } = line as { readonly records?: number };
          if (records === undefined) cpuBefore = cpuSeconds(ours.pid);
          else perCore.push(records / (cpuSeconds(ours.pid) - cpuBefore) / 1e3);
        });
      }
      return median(perCore);
    };
    const row = (name: string, value: number, budget?: number): BenchRow => ({
      name: `ingest, ${name}`,
      value,
      unit: 'k records/core·s',
      budget,
      higherIsBetter: true,
    });
    return [row('16 records a message', await measure(16), 300), row('1 record a message', await measure(1), 300)];
  });
