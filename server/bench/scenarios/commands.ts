import type { BenchRow } from '../../../.ci/bench-row.ts';
import { runClient } from '../clients/run-client.ts';
import { isNullTest, quantile, runOurs, startOurs, withTargets } from '../measure.ts';
import { sleep } from '../process.ts';
import { LAB_LOAD } from './lab.ts';

const SECONDS = 4;

interface Times {
  readonly commandMs: readonly number[];
  readonly ackMs: readonly number[];
}

/** Two hundred commands a second to a board, and their acknowledgements, while the lab load runs: the control lane waits for nobody. */
export const commands = (): Promise<readonly BenchRow[]> =>
  withTargets(isNullTest ? [] : [startOurs], async (ours) => {
    if (!ours) return [];
    const load = runOurs(ours, { ...LAB_LOAD, dur: SECONDS + 1 });
    await sleep(1_500);
    let times: Times | undefined;
    await Promise.all([
      load,
      runClient('command-client.ts', [ours.port, SECONDS - 1], (line) => {
        times = line as Times;
      }),
    ]);
    if (times === undefined) throw new Error('the commander said nothing');
    const row = (name: string, values: readonly number[], q: number, budget?: number): BenchRow => ({
      name: `${name} under lab load, p${q * 100}`,
      value: quantile(values, q),
      unit: 'ms',
      budget,
      higherIsBetter: false,
    });
    return [
      row('command to the owner', times.commandMs, 0.5),
      row('command to the owner', times.commandMs, 0.99, 3),
      row('acknowledgement back', times.ackMs, 0.5),
      row('acknowledgement back', times.ackMs, 0.99, 3),
    ];
  });
