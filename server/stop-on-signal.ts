import cluster from 'node:cluster';
import type { HyphaeServer } from './hyphae-server.ts';

/**
 * Ctrl-C or a supervisor's word: an orderly stop; said a second time, an immediate one. One of several processes (`processes.ts`) hears
 * the same word twice, since a terminal or a supervisor tells all of them and the first of them passes it on: it stops in order, and
 * immediately only by that one's hand.
 */
export function stopOnSignal(server: Pick<HyphaeServer, 'close'>, isOneOfSeveral = cluster.isWorker): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping && !isOneOfSeveral) process.exit(130);
    if (stopping) return;
    stopping = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
