import type { BenchRow } from '../../.ci/bench-row.ts';
import { type Load, type LoadResult, runLoad } from './load.ts';
import { type StartTarget, startHyphae, startRawWs, type Target } from './targets.ts';

/** One part of the relay bench. */
export type Scenario = () => Promise<readonly BenchRow[]>;

export const RUNS = 3;

/**
 * `HYPHAE_BENCH_NULL=1` puts raw `ws` in our place: every ratio must come out near 1. It proves the harness, not the server;
 * what only our server can do is left out.
 */
export const isNullTest: boolean = process.env.HYPHAE_BENCH_NULL === '1';
export const startOurs: StartTarget = isNullTest
  ? async (options) => ({ ...(await startRawWs(options)), name: 'raw ws in our place' })
  : startHyphae;

/** Deliveries of ours that were lost, doubled or out of order in any run, and connections that were closed. */
export const ourFaults = { lost: 0, doubled: 0, closed: 0 };

/** Starts servers, hands them to `work`, and stops them whatever happens. */
export async function withTargets<Result>(
  starts: readonly (() => Promise<Target>)[],
  work: (...targets: Target[]) => Promise<Result>,
): Promise<Result> {
  const targets: Target[] = [];
  try {
    for (const start of starts) targets.push(await start());
    return await work(...targets);
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
}

/** One run of ours; what went missing is counted, it must be nothing. */
export async function runOurs(target: Target, load: Load, wire = target.ws): Promise<LoadResult> {
  const result = await runLoad(wire, [target.pid], load);
  const lost = Math.max(0, result.lost, result.gaps);
  ourFaults.lost += lost;
  ourFaults.doubled += result.dups;
  ourFaults.closed += result.dead;
  if (lost + result.dups + result.dead > 0)
    console.error(`FAULT of ${target.name} under ${JSON.stringify(load)}: ${JSON.stringify(result)}`);
  if (result.stalled > 0) throw new Error(`${target.name} came to a standstill: ${JSON.stringify(result)}`);
  return result;
}

export const runPeer = (target: Target, load: Load): Promise<LoadResult> => runLoad(target.ws, [target.pid], load);

/** Ours three times, the baseline right before and right after. */
export async function beside(
  ours: () => Promise<LoadResult>,
  baseline: () => Promise<LoadResult>,
): Promise<{ readonly ours: readonly LoadResult[]; readonly baseline: readonly LoadResult[] }> {
  const before = await baseline();
  const runs: LoadResult[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await ours());
  return { ours: runs, baseline: [before, await baseline()] };
}

/** Deliveries per second of server CPU, in thousands. */
export const perCore = (runs: readonly LoadResult[]): number => 1e3 / median(runs.map((run) => run.server_us_per_del));
/**
 * Cores that a load needs, by what a delivery cost: a server that came to deliver less than the load, because it could not or was not
 * let, must not look cheap.
 */
export const coresFor = (deliveriesPerS: number, runs: readonly LoadResult[]): number =>
  (median(runs.map((run) => run.server_us_per_del)) * deliveriesPerS) / 1e6;
export const p99Ms = (runs: readonly LoadResult[]): number => median(runs.map((run) => run.p99_us)) / 1e3;

/** Ours against a peer, per server CPU, and every figure beside it as a row of its own. */
export function perCoreRows(
  what: string,
  ours: number,
  peers: Readonly<Record<string, number | undefined>>,
  bar: { readonly against: string; readonly budget: number },
): readonly BenchRow[] {
  const baseline = peers[bar.against];
  const row = (name: string, value: number): BenchRow => ({
    name: `${what}: ${name}`,
    value,
    unit: 'k deliveries/core·s',
    ...(name === bar.against ? {} : { baseline, baselineName: bar.against }),
    higherIsBetter: true,
  });
  return [
    ratioRow(`${what}: hyphae ÷ ${bar.against}`, ours / (baseline ?? Number.NaN), bar.budget, true),
    row('hyphae', ours),
    ...Object.entries(peers).flatMap(([name, value]) => (value === undefined ? [] : [row(name, value)])),
  ];
}

export const ratioRow = (name: string, value: number, budget: number, higherIsBetter: boolean): BenchRow => ({
  name,
  value,
  unit: '×',
  budget,
  higherIsBetter,
});

/** The same figure of several servers; the first is ours and has the budget. */
export const figureRows = (
  what: string,
  unit: string,
  figures: Readonly<Record<string, number>>,
  ours?: { readonly budget: number },
): readonly BenchRow[] =>
  Object.entries(figures).map(([name, value], at) => ({
    name: `${what}: ${name}`,
    value,
    unit,
    budget: at === 0 ? ours?.budget : undefined,
    higherIsBetter: false,
  }));

/** The middle one; the mean of the two middle ones when there is no single one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

export const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
