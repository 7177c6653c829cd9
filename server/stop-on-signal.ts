import type { HyphaeServer } from './hyphae-server.ts';

/** Ctrl-C or a supervisor's word: an orderly stop; said a second time, an immediate one. */
export function stopOnSignal(server: HyphaeServer): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(130);
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
