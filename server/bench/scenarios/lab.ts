import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { Load, LoadResult } from '../load.ts';
import { coresFor, figureRows, median, p99Ms, RUNS, runOurs, runPeer, startOurs, withTargets } from '../measure.ts';
import { startRedis } from '../redis.ts';
import { type StartTarget, startRawWs, startSocketIo, type TargetOptions } from '../targets.ts';

/** A hundred devices with ten messages a second each, a hundred dashboards that see them all: 100,000 deliveries/s. */
export const LAB_LOAD: Load = { mode: 'rate', subs: 100, pubs: 100, rate: 1_000, dur: 2 };
/** Ten times that: no peer on Node keeps up. */
const FLOOD: Load = { ...LAB_LOAD, rate: 10_000 };

type Figures = Readonly<Record<'hyphae' | 'raw ws' | 'socket.io', readonly LoadResult[]>>;

export async function lab(): Promise<readonly BenchRow[]> {
  const figures = await compare(LAB_LOAD, {});
  return rowsOf('lab load', LAB_LOAD, figures, { cores: 0.3, p99: 10 });
}

export async function labThroughRedis(): Promise<readonly BenchRow[]> {
  const redis = await startRedis();
  try {
    const figures = await compare(LAB_LOAD, { redisPort: redis.port });
    return rowsOf('lab load through Redis', LAB_LOAD, figures, { cores: 0.3, p99: 10 });
  } finally {
    await redis.stop();
  }
}

export async function flood(): Promise<readonly BenchRow[]> {
  const what = '1 M deliveries/s';
  const figures = await compare(FLOOD, {});
  return [...rowsOf(what, FLOOD, figures, { cores: 0.6, p99: 15 }), ...deliveredRows(what, figures)];
}

/** One server after the other: what a saturated one has still to send would cost the next one its core. */
async function compare(load: Load, options: TargetOptions): Promise<Figures> {
  const measure = (start: StartTarget, run: typeof runPeer, times: number): Promise<readonly LoadResult[]> =>
    withTargets([() => start(options)], async (target) => {
      const runs: LoadResult[] = [];
      for (let at = 0; target && at < times; at++) runs.push(await run(target, load));
      return runs;
    });
  const raw = await measure(startRawWs, runPeer, 1);
  const hyphae = await measure(startOurs, runOurs, RUNS);
  return { hyphae, 'raw ws': raw, 'socket.io': await measure(startSocketIo, runPeer, 1) };
}

const each = (figures: Figures, of: (runs: readonly LoadResult[]) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([name, runs]) => [name, of(runs)]));

const rowsOf = (
  what: string,
  load: Load,
  figures: Figures,
  budget: { readonly cores: number; readonly p99: number },
): readonly BenchRow[] => [
  ...figureRows(
    `${what}, server CPU`,
    'cores',
    each(figures, (runs) => coresFor((load.rate ?? 0) * load.subs, runs)),
    { budget: budget.cores },
  ),
  ...figureRows(`${what}, p99`, 'ms', each(figures, p99Ms), { budget: budget.p99 }),
];

/** How much of it came: a server that cannot keep up saturates here. */
const deliveredRows = (what: string, figures: Figures): readonly BenchRow[] =>
  Object.entries(each(figures, (runs) => median(runs.map((run) => run.del_s)) / 1e3)).map(([name, value]) => ({
    name: `${what}, delivered: ${name}`,
    value,
    unit: 'k deliveries/s',
    higherIsBetter: true,
  }));
