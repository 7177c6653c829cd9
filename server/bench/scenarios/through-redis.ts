import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { Load } from '../load.ts';
import { beside, perCore, perCoreRows, runOurs, runPeer, startOurs, withTargets } from '../measure.ts';
import { startRedis } from '../redis.ts';
import { startRawWs, startSocketIo } from '../targets.ts';

const LOAD: Load = { mode: 'max', subs: 500, pubs: 100, window: 16 };

/** A hundred publishers elsewhere, Redis between, five hundred WebSockets here. */
export async function throughRedis(): Promise<readonly BenchRow[]> {
  const redis = await startRedis();
  const options = { redisPort: redis.port };
  try {
    return await withTargets(
      [() => startOurs(options), () => startRawWs(options), () => startSocketIo(options)],
      async (ours, raw, socketIo) => {
        if (!ours || !raw || !socketIo) return [];
        const runs = await beside(
          () => runOurs(ours, LOAD),
          () => runPeer(raw, LOAD),
        );
        const peers = { 'raw ws': perCore(runs.baseline), 'socket.io': perCore([await runPeer(socketIo, LOAD)]) };
        const bar = { against: 'raw ws', budget: 10 };
        return perCoreRows('Redis, 100 pub → 500 sub, W=16', perCore(runs.ours), peers, bar);
      },
    );
  } finally {
    await redis.stop();
  }
}
