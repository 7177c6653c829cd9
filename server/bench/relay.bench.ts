// The relay beside what a lab would use instead: raw `ws`, socket.io, better-sse, in the same run and on the same core.
import { type BenchRow, BrokenBench } from '../../.ci/bench-row.ts';
import { buildLoad, runs, whyNoLoad } from './load.ts';
import { isNullTest, ourFaults, type Scenario } from './measure.ts';
import { canPin } from './process.ts';
import { commands } from './scenarios/commands.ts';
import { deflate } from './scenarios/deflate.ts';
import { fanOut, sse } from './scenarios/fan-out.ts';
import { flatCost } from './scenarios/flat-cost.ts';
import { idle } from './scenarios/idle.ts';
import { ingest } from './scenarios/ingest.ts';
import { flood, lab, labThroughRedis } from './scenarios/lab.ts';
import { resume } from './scenarios/resume.ts';
import { stalled } from './scenarios/stalled.ts';
import { throughRedis } from './scenarios/through-redis.ts';

/** It serves no page. */
export const needsApp = false;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'fan-out': fanOut,
  sse,
  redis: throughRedis,
  lab,
  'lab-redis': labThroughRedis,
  commands,
  flood,
  idle,
  stalled,
  deflate,
  ingest,
  resume,
  'flat-cost': flatCost,
};

/** All scenarios, or those of `HYPHAE_BENCH_SCENARIOS=fan-out,idle`. Throws {@link BrokenBench} with the rows of the others. */
export async function bench(): Promise<readonly BenchRow[]> {
  const why = whyNoLoad();
  if (why !== undefined) {
    console.error(`THE RELAY BENCH DID NOT RUN: ${why}.`);
    return [];
  }
  buildLoad();
  if (!canPin) console.error('NOT PINNED: no taskset, or one core only. Server and generator disturb each other.');
  if (isNullTest) console.error('NULL TEST: raw ws is measured in our place; every ratio should be near 1.');
  const wanted = process.env.HYPHAE_BENCH_SCENARIOS?.split(',') ?? Object.keys(SCENARIOS);
  const rows: BenchRow[] = [];
  const causes: unknown[] = [];
  for (const name of wanted) {
    const scenario = SCENARIOS[name];
    if (!scenario) throw new Error(`There is no scenario "${name}": ${Object.keys(SCENARIOS).join(', ')}`);
    const started = Date.now();
    try {
      rows.push(...(await scenario()));
      console.log(`${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
    } catch (cause) {
      console.error(`${name} broke:`, cause);
      causes.push(cause);
    }
  }
  for (const [fault, value] of Object.entries(ourFaults))
    rows.push({ name: `hyphae, all runs: ${fault}`, value, unit: 'deliveries', budget: 0, higherIsBetter: false });
  if (runs.disturbed > 0)
    console.error(
      `DISTURBED: other programs took half a core or more in ${runs.disturbed} of ${runs.all} runs; believe no p99.`,
    );
  const named = isNullTest
    ? rows.map((row) => ({ ...row, name: row.name.replaceAll('hyphae', 'raw ws in our place') }))
    : rows;
  if (causes.length > 0) throw new BrokenBench(`${causes.length} of ${wanted.length} scenarios broke`, named, causes);
  return named;
}
