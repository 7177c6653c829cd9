import type { BenchRow } from '../../../.ci/bench-row.ts';
import { holdIdle } from '../load.ts';
import { figureRows, median, ratioRow, startOurs, withTargets } from '../measure.ts';
import { proportionalKb, sleep } from '../process.ts';
import { type StartTarget, startBetterSse, startRawWs, startSocketIo } from '../targets.ts';

const CONNECTIONS = 5_000;
/** Until a server has cleared away what the handshakes left. */
const REST_MS = 1_500;

interface Idle {
  readonly kbEach: number;
  readonly connectsPerS: number;
}

/** Five thousand clients that say hello, subscribe and wait. A fresh process each time: memory that was used once stays. */
export async function idle(): Promise<readonly BenchRow[]> {
  const raw = [await measure(startRawWs)];
  const ours = [await measure(startOurs), await measure(startOurs)];
  raw.push(await measure(startRawWs));
  const others = { 'socket.io': [await measure(startSocketIo)], 'better-sse': [await measure(startBetterSse)] };
  const all = Object.entries({ hyphae: ours, 'raw ws': raw, ...others });
  const each = (of: (idle: Idle) => number): Record<string, number> =>
    Object.fromEntries(all.map(([name, runs]) => [name, median(runs.map(of))]));
  const kb = each((run) => run.kbEach);
  const rate = each((run) => run.connectsPerS);
  return [
    ...figureRows('idle connection, of 5,000', 'KB', kb, { budget: 9 }),
    ratioRow('connects: hyphae ÷ raw ws', (rate.hyphae ?? 0) / (rate['raw ws'] ?? Number.NaN), 0.9, true),
    ...Object.entries(rate).map(([name, value]) => ({
      name: `connects: ${name}`,
      value,
      unit: 'per s',
      higherIsBetter: true,
    })),
  ];
}

const measure = (start: StartTarget): Promise<Idle> =>
  withTargets([start], async (target) => {
    if (!target) throw new Error('no server');
    const before = proportionalKb(target.pid);
    const held = await holdIdle(target.ws, CONNECTIONS);
    await sleep(REST_MS);
    const kbEach = (proportionalKb(target.pid) - before) / CONNECTIONS;
    await held.release();
    return { kbEach, connectsPerS: held.connect_rate };
  });
