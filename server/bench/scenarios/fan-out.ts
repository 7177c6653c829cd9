import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { Load } from '../load.ts';
import { beside, perCore, perCoreRows, runOurs, runPeer, startOurs, withTargets } from '../measure.ts';
import { startBetterSse, startRawWs, startSocketIo } from '../targets.ts';

/** Messages in flight → how many times raw `ws` we promised to be. */
const BARS = [
  { window: 1, budget: 0.9 },
  { window: 16, budget: 10 },
  { window: 64, budget: 30 },
] as const;
const SUBS = 1_000;

/** One publisher, a thousand WebSockets. The more messages wait, the fewer socket writes they need. */
export const fanOut = (): Promise<readonly BenchRow[]> =>
  withTargets([startOurs, startRawWs, startSocketIo], async (ours, raw, socketIo) => {
    if (!ours || !raw || !socketIo) return [];
    const rows: BenchRow[] = [];
    for (const { window, budget } of BARS) {
      const load: Load = { mode: 'max', subs: SUBS, window };
      const runs = await beside(
        () => runOurs(ours, load),
        () => runPeer(raw, load),
      );
      const third = window === 1 ? undefined : perCore([await runPeer(socketIo, load)]);
      const peers = { 'raw ws': perCore(runs.baseline), 'socket.io': third };
      rows.push(...perCoreRows(`ws 1→1,000 W=${window}`, perCore(runs.ours), peers, { against: 'raw ws', budget }));
    }
    return rows;
  });

/** The same by server-sent events: nearly as good as our own WebSocket. */
export const sse = (): Promise<readonly BenchRow[]> =>
  withTargets([startOurs, startBetterSse], async (ours, betterSse) => {
    if (!ours || !betterSse) return [];
    const load: Load = { mode: 'max', subs: SUBS, window: 16 };
    const runs = await beside(
      () => runOurs(ours, load, ours.sse),
      () => runOurs(ours, load),
    );
    const peers = { 'hyphae by ws': perCore(runs.baseline), 'better-sse': perCore([await runPeer(betterSse, load)]) };
    return perCoreRows('sse 1→1,000 W=16', perCore(runs.ours), peers, { against: 'hyphae by ws', budget: 0.85 });
  });
