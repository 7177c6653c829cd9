import cluster from 'node:cluster';
import type { Config } from './config.ts';

/** A process that dies is started again after this long; the next time after twice as long, up to a minute. */
const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 60_000;
/** Whoever ran this long was healthy: the next death waits the shortest time again. */
const HEALTHY_MS = 60_000;

/**
 * One server is one process and uses one core. With `processes` above one this process only starts so many, which share the port, and
 * starts again who dies; they find each other through Redis. If none of them can serve at all, it ends with code 1, as one server would.
 * Returns false in those, and where there is only one: run the server here.
 */
export function runProcesses(config: Config, say: (text: string) => void): boolean {
  if (config.processes === 1 || !cluster.isPrimary) return false;
  let stopping = false;
  let hasServed = false;
  cluster.once('listening', () => {
    hasServed = true;
  });
  const waiting = new Set<NodeJS.Timeout>();
  const start = (waitMs: number): void => {
    const worker = cluster.fork();
    const startedAt = performance.now();
    worker.on('exit', (code, signal) => {
      if (stopping) return;
      // It has said why. What keeps every one of them from starting keeps the next one, too.
      if (!hasServed && code === 1) process.exit(1);
      const nextMs = performance.now() - startedAt > HEALTHY_MS ? FIRST_WAIT_MS : Math.min(MOST_WAIT_MS, waitMs * 2);
      say(`A server process ended (${signal ?? code}); starting another in ${waitMs} ms.`);
      const timer = setTimeout(() => {
        waiting.delete(timer);
        start(nextMs);
      }, waitMs);
      waiting.add(timer);
    });
  };
  for (let n = 0; n < config.processes; n++) start(FIRST_WAIT_MS);
  const tell = (signal: NodeJS.Signals): void => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
  };
  const stop = (): void => {
    if (stopping) {
      tell('SIGKILL');
      process.exit(130);
    }
    stopping = true;
    for (const timer of waiting) clearTimeout(timer);
    tell('SIGTERM');
  };
  // A renewed certificate: each of them reads it.
  if (config.tls !== undefined) process.on('SIGHUP', () => tell('SIGHUP'));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return true;
}
