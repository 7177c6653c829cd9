import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { availableParallelism } from 'node:os';

/** The server under test has a core to itself; generator, Redis and everything else share the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const START_MS = 10_000;
const STOP_MS = 3_000;
const KEPT_OUTPUT = 4_000;

/** Whether processes can be pinned here. Without it server and generator push each other aside: figures are only a hint. */
export const canPin: boolean = availableParallelism() > 1 && works('taskset', ['-c', '0', 'true']);

/** A process of this bench, pinned to a core where that is possible. */
export interface Pinned {
  readonly pid: number;
  /** The end of what it printed, for an error message. */
  output(): string;
  /** SIGTERM, and SIGKILL when it does not end in 3 s. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// A signal alone would end this process without the line above.
process.once('SIGTERM', () => process.exit(143));
process.once('SIGINT', () => process.exit(130));

export const pinned = (core: number, command: readonly string[]): readonly [string, ...string[]] =>
  canPin ? ['taskset', '-c', String(core), ...command] : (command as [string, ...string[]]);

/** Starts a process and waits until it takes connections on `port`. Throws with its output when it ends or stays silent. */
export async function startPinned(
  command: readonly string[],
  options: { readonly core: number; readonly port: number; readonly env?: Readonly<Record<string, string>> },
): Promise<Pinned> {
  const [file, ...args] = pinned(options.core, command);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  running.add(child);
  let output = '';
  const keep = (text: Buffer): void => {
    output = (output + text).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (cause) => resolve(cause.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
  }).finally(() => running.delete(child));
  let end: string | undefined;
  void exited.then((how) => {
    end = how;
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(hard);
  };
  const deadline = Date.now() + START_MS;
  while (!(await canConnect(options.port))) {
    if (end === undefined && Date.now() < deadline) {
      await sleep(50);
      continue;
    }
    await stop();
    throw new Error(`${command.join(' ')} took no connection (${end ?? `nothing within ${START_MS} ms`}):\n${output}`);
  }
  return { pid: child.pid ?? 0, output: () => output, stop };
}

/** KB of a process: its own memory and its part of what it shares. */
export const proportionalKb = (pid: number): number => kbOf(`/proc/${pid}/smaps_rollup`, 'Pss');

/** KB of a process that are in memory. Cheap to ask, so that asking does not hold the process up. */
export const residentKb = (pid: number): number => kbOf(`/proc/${pid}/status`, 'VmRSS');

function kbOf(file: string, field: string): number {
  const text = readFileSync(file, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** CPU seconds that all threads of a process have used. */
export function cpuSeconds(pid: number): number {
  const list = execFileSync('sh', ['-c', `cat /proc/${pid}/task/*/schedstat`], { encoding: 'utf8' });
  return list.split('\n').reduce((sum, line) => sum + Number(line.split(' ')[0] ?? 0), 0) / 1e9;
}

/** A port that was free a moment ago. */
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

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function works(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
