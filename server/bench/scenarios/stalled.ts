import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { Load, LoadResult } from '../load.ts';
import { figureRows, isNullTest, median, ratioRow, runOurs, runPeer, startOurs, withTargets } from '../measure.ts';
import { residentKb } from '../process.ts';
import { type StartTarget, startBetterSse, startRawWs, startSocketIo, type Target } from '../targets.ts';
import { LAB_LOAD } from './lab.ts';

const isLong = process.env.HYPHAE_BENCH_LONG === '1';
const OUR_SECONDS = isLong ? 300 : 20;
const PEER_SECONDS = isLong ? 40 : 8;
const STALLED = 20;
const SAMPLE_MS = 250;
/** Four times the bytes of the lab load, and 64 KB in each stalled client: else the kernel would hold all that is late. */
const LOAD: Load = { ...LAB_LOAD, args: ['--size', '512', '--rcvbuf', '65536'] };

interface Stalled {
  readonly result: LoadResult;
  /** Most that was resident, over what was before the load. */
  readonly growthMb: number;
  /** What came after the first 5 s: near zero when memory is bounded. */
  readonly laterMb: number;
}

/** The lab load while 20 of 100 clients stop reading and stay. */
export async function stalled(): Promise<readonly BenchRow[]> {
  let undisturbedUs = Number.NaN;
  const ours = await withTargets([startOurs], async (target) => {
    if (!target) throw new Error('no server');
    undisturbedUs = (await runOurs(target, { ...LOAD, dur: 3 })).p99_us;
    const args = [...(LOAD.args ?? []), '--told', '"t":"gap"'];
    return measure(target, () => runOurs(target, { ...LOAD, dur: OUR_SECONDS, stall: STALLED, args }));
  });
  const raw = await measurePeer(startRawWs);
  const socketIo = await measurePeer(startSocketIo);
  const betterSse = await measurePeer(startBetterSse);
  const what = `${STALLED} of 100 stalled`;
  const names = [
    [`hyphae in ${OUR_SECONDS} s`, ours],
    [`raw ws in ${PEER_SECONDS} s`, raw],
    [`socket.io in ${PEER_SECONDS} s`, socketIo],
    [`better-sse in ${PEER_SECONDS} s`, betterSse],
  ] as const;
  const each = (of: (run: Stalled) => number): Record<string, number> =>
    Object.fromEntries(names.map(([name, run]) => [name, of(run)]));
  return [
    ...figureRows(
      `${what}, growth`,
      'MB',
      each((run) => run.growthMb),
      { budget: 100 },
    ),
    ...figureRows(
      `${what}, growth after the first 5 s`,
      'MB',
      each((run) => run.laterMb),
      { budget: 15 },
    ),
    ratioRow(`${what}, others’ p99 ÷ undisturbed: hyphae`, ours.result.p99_us / undisturbedUs, 2, false),
    ...figureRows(
      `${what}, others’ p99`,
      'ms',
      each((run) => run.result.p99_us / 1e3),
    ),
    ...(isNullTest ? [] : [toldRow(`${what}, closed or told their gap: hyphae`, ours.result.stalled_told)]),
  ];
}

const toldRow = (name: string, value: number): BenchRow => ({
  name,
  value,
  unit: 'clients',
  budget: STALLED,
  higherIsBetter: true,
});

const measurePeer = (start: StartTarget): Promise<Stalled> =>
  withTargets([start], async (target) => {
    if (!target) throw new Error('no server');
    return measure(target, () => runPeer(target, { ...LOAD, dur: PEER_SECONDS, stall: STALLED }));
  });

async function measure({ pid }: Target, run: () => Promise<LoadResult>): Promise<Stalled> {
  const before = residentKb(pid);
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentKb(pid)), SAMPLE_MS);
  const result = await run().finally(() => clearInterval(timer));
  // Garbage makes a saw of it: the middle of some seconds says more than one tooth.
  const between = (fromS: number, toS: number): number =>
    median(samples.slice((fromS * 1000) / SAMPLE_MS, (toS * 1000) / SAMPLE_MS));
  const endS = (samples.length * SAMPLE_MS) / 1000;
  return {
    result,
    growthMb: (Math.max(...samples) - before) / 1024,
    laterMb: (between(endS - 3, endS) - between(4, 6)) / 1024,
  };
}
