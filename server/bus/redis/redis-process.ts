import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis of a test's own, on a free port, with its data in a folder of its own. */
export interface RedisProcess {
  readonly port: number;
  readonly url: string;
  readonly dir: string;
  /** The same port and the same folder; what was not kept on disk is gone. Resolves when it answers. */
  start(): Promise<void>;
  /** As if the power went. */
  kill(): Promise<void>;
  /** Stands still (SIGSTOP) until `resume`: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export interface RedisProcessOptions {
  /** Kept on disk at every write; else nothing is kept. */
  readonly isKept?: boolean;
  /** More command line: `['--cluster-enabled', 'yes']`. */
  readonly args?: readonly string[];
}

/** The program, `redis-server` or `valkey-server`; undefined: there is none, and tests that need one are skipped with these words. */
export const REDIS_SERVER: string | undefined = ['redis-server', 'valkey-server'].find(isInPath);
export const NO_REDIS = 'neither redis-server nor valkey-server is in PATH: install one to run this test';

/** How long a Redis may take to answer after its start, on a busy machine. */
const START_MS = 10_000;
const POLL_MS = 20;

/** None is left behind when the program ends in an unexpected way. */
const running = new Set<ChildProcess>();
const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
process.once('exit', endAll);

/**
 * A signal that ends this program ends its Redis too: by itself it would not come to `exit`. Whoever else listens to the signal decides
 * when to end.
 */
let hearsSignals = false;
function hearSignals(): void {
  if (hearsSignals) return;
  hearsSignals = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const heard = () => {
      if (process.listenerCount(signal) > 1) return;
      endAll();
      process.off(signal, heard);
      process.kill(process.pid, signal);
    };
    process.on(signal, heard);
  }
}

/** @throws Error when there is no Redis ({@link REDIS_SERVER}) or it does not start. */
export async function startRedis(options: RedisProcessOptions = {}): Promise<RedisProcess> {
  const program = REDIS_SERVER;
  if (program === undefined) throw new Error(NO_REDIS);
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'hyphae-redis-'));
  const kept = options.isKept ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    ...kept,
    ...(options.args ?? []),
  ];
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    if (child !== undefined) return;
    hearSignals();
    // In a group of its own: Ctrl-C in a terminal is for the program, which may need its Redis to stop in good order.
    const started = spawn(program ?? '', args, { stdio: 'ignore', detached: true });
    child = started;
    running.add(started);
    started.once('exit', () => running.delete(started));
    await untilItListens(port, () => started.exitCode !== null);
  }

  async function kill(): Promise<void> {
    const ended = child;
    child = undefined;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      ended.once('exit', () => resolve());
      ended.kill('SIGKILL');
    });
  }

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    dir,
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async close() {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A port of this computer that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilItListens(port: number, hasEnded: () => boolean): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += POLL_MS) {
    if (hasEnded()) break;
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the Redis on port ${port} did not start`);
}

/** Anything but silence will do: with a password or with TLS alone it refuses, and is there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

function isInPath(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
