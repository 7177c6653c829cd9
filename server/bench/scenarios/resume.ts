import type { BenchRow } from '../../../.ci/bench-row.ts';
import { RawClient } from '../../live/raw-client.ts';
import { AUTHORIZATION } from '../access.ts';
import { runResume } from '../load.ts';
import { isNullTest, median, RUNS, startOurs, withTargets } from '../measure.ts';
import { payload } from '../payload.ts';
import { hyphaeWire } from '../targets.ts';

const CLIENTS = 1_000;
const MISSED = 1_000;
const PER_MESSAGE = 100;

/** A thousand clients come back at once, each a thousand messages behind. */
export const resume = (): Promise<readonly BenchRow[]> =>
  withTargets(isNullTest ? [] : [startOurs], async (ours) => {
    if (!ours) return [];
    const client = await new RawClient(ours.port, { headers: { authorization: AUTHORIZATION } }).hello('bench-resume');
    client.send({ t: 'subscribe', id: 1, channel: 'events/b', rewind: 0 });
    const { cursor } = await client.message('subscribed');
    for (let at = 0; at < MISSED; at += PER_MESSAGE) {
      const records = Array.from({ length: PER_MESSAGE }, (_, seq) => JSON.parse(payload(0, at + seq)));
      client.send({ t: 'publish', channel: 'events/b', records });
    }
    const count = (): number =>
      client.got.reduce((sum, { t, records }) => sum + (t === 'events' ? (records as unknown[]).length : 0), 0);
    await client.until(() => count() >= MISSED);
    await client.close();
    const seconds: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const result = await runResume(hyphaeWire(ours.port, { since: cursor }), [ours.pid], CLIENTS, MISSED);
      if (result.missing !== 0 || result.dead > 0) throw new Error(`not all came back: ${JSON.stringify(result)}`);
      seconds.push(result.resume_s);
    }
    return [
      {
        name: 'resume of 1,000 clients, 1,000 missed messages each',
        value: median(seconds),
        unit: 's',
        budget: 2,
        higherIsBetter: false,
      },
    ];
  });
