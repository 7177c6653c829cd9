import { WebSocket } from 'ws';
import type { BenchRow } from '../../../.ci/bench-row.ts';
import { AUTHORIZATION } from '../access.ts';
import { type Load, type LoadResult, runLoad } from '../load.ts';
import { isNullTest, median, RUNS, ratioRow, startOurs, withTargets } from '../measure.ts';
import { LAB_LOAD } from './lab.ts';

/** Compressed frames are only counted: the generator does not unpack them. */
const COMPRESSED: Load = {
  ...LAB_LOAD,
  args: ['--header', 'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover', '--count-frames'],
};

/** Each batch is compressed once for all: the lab load with it must cost hardly more than without. */
export const deflate = (): Promise<readonly BenchRow[]> =>
  withTargets(isNullTest ? [] : [() => startOurs({ env: { HYPHAE_DEFLATE: '1' } })], async (ours) => {
    if (!ours) return [];
    if (!(await agreesToDeflate(ours.port))) {
      console.log('The server agrees to no compression: there is no row for it.');
      return [];
    }
    const compressed: LoadResult[] = [];
    const plain: LoadResult[] = [];
    for (let run = 0; run < RUNS; run++) {
      plain.push(await runLoad(ours.ws, [ours.pid], LAB_LOAD));
      compressed.push(await runLoad(ours.ws, [ours.pid], COMPRESSED));
    }
    return [deflateRow(compressed, plain)];
  });

const deflateRow = (compressed: readonly LoadResult[], plain: readonly LoadResult[]): BenchRow =>
  ratioRow(
    'lab load, server CPU, shared deflate ÷ plain',
    cpuPerMessage(compressed) / cpuPerMessage(plain),
    1.15,
    false,
  );

/** By what was published: of compressed frames nobody can say how many deliveries are in them. */
const cpuPerMessage = (runs: readonly LoadResult[]): number => median(runs.map((run) => run.server_cpu / run.msgs_s));

function agreesToDeflate(port: number): Promise<boolean> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, ['hyphae.v1'], {
    perMessageDeflate: true,
    headers: { authorization: AUTHORIZATION },
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      resolve(socket.extensions.includes('permessage-deflate'));
      socket.terminate();
    });
  });
}
