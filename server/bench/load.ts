import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOAD_CORE, pinned, works } from './process.ts';

const SOURCE = join(import.meta.dirname, 'relayload.c');
const BUILT = join(import.meta.dirname, '..', '..', '.cache', 'native');

/** How the generator talks to a server: addresses, first messages, what is put around a payload. */
export interface Wire {
  readonly sub: string;
  readonly pub: string;
  /** Further options of `relayload`, for every scenario with this server. */
  readonly args: readonly string[];
}

/** What to do; see the head of `relayload.c`. Times in seconds. */
export interface Load {
  readonly mode: 'max' | 'rate';
  readonly subs: number;
  readonly pubs?: number;
  /** Most messages in flight (`max`). */
  readonly window?: number;
  /** Messages per second, all publishers together (`rate`). */
  readonly rate?: number;
  readonly warm?: number;
  readonly dur?: number;
  /** So many subscribers stop reading. */
  readonly stall?: number;
  readonly args?: readonly string[];
}

/** What `relayload` prints of a run: one number each, times in µs unless named otherwise. */
export interface LoadResult {
  readonly msgs_s: number;
  readonly del_s: number;
  readonly p50_us: number;
  readonly p99_us: number;
  readonly max_us: number;
  /** Cores that the server used. */
  readonly server_cpu: number;
  readonly client_cpu: number;
  /** Cores that were busy with anything at all. */
  readonly machine_busy: number;
  readonly server_us_per_del: number;
  readonly lost: number;
  readonly gaps: number;
  readonly dups: number;
  /** 1: nothing came for 3 s. 2: a connection was closed. */
  readonly stalled: number;
  readonly dead: number;
  /** Clients that stopped reading and were closed, or were told afterwards what they missed. */
  readonly stalled_told: number;
}
export interface IdleResult {
  readonly connect_rate: number;
}
export interface ResumeResult {
  readonly resume_s: number;
  readonly missing: number;
  readonly dead: number;
  readonly server_cpu_s: number;
}

/** More than this of other programs' work on the machine, and times mean little. Redis and a second server stay below. */
const DISTURBED_CORES = 0.5;
/** Runs so far, and those that other programs disturbed. */
export const runs = { all: 0, disturbed: 0 };

const compiler = (): string | undefined => ['cc', 'gcc'].find((name) => works(name, ['--version']));

/** Why the generator cannot run here; undefined when it can. */
export function whyNoLoad(): string | undefined {
  if (process.platform !== 'linux') return `it needs Linux (epoll, /proc), this is ${process.platform}`;
  return compiler() === undefined ? 'it needs a C compiler for its load generator: install gcc' : undefined;
}

/** Compiles the generator when its source is newer. */
export function buildLoad(): string {
  const to = join(BUILT, 'relayload');
  if (existsSync(to) && statSync(to).mtimeMs > statSync(SOURCE).mtimeMs) return to;
  mkdirSync(BUILT, { recursive: true });
  // By another name first: a second bench may be starting the old one at this moment.
  const fresh = `${to}.${process.pid}`;
  execFileSync(compiler() ?? 'cc', ['-O2', '-Wall', '-o', fresh, SOURCE], { stdio: 'inherit' });
  renameSync(fresh, to);
  return to;
}

/** One run against a server. `pids`: whose CPU time is counted; without any it is a trial. */
export async function runLoad(wire: Wire, pids: readonly number[], load: Load): Promise<LoadResult> {
  const args = ['--mode', load.mode, '--sub', wire.sub, '--pub', wire.pub, '--spids', pids.join(','), ...wire.args];
  args.push('--subs', String(load.subs), '--pubs', String(load.pubs ?? 1));
  args.push('--warm', String(load.warm ?? 0.5), '--dur', String(load.dur ?? 1.6), '--settle', '400');
  if (load.window !== undefined) args.push('--window', String(load.window));
  if (load.rate !== undefined) args.push('--rate', String(load.rate));
  if (load.stall !== undefined) args.push('--stall', String(load.stall));
  const result = await run<LoadResult>([...args, ...(load.args ?? [])], (load.warm ?? 0.5) + (load.dur ?? 1.6));
  if (pids.length === 0) return result;
  runs.all++;
  if (result.machine_busy - result.server_cpu - result.client_cpu > DISTURBED_CORES) runs.disturbed++;
  return result;
}

/** Opens `subs` connections; they stay until `release`. */
export async function holdIdle(
  wire: Wire,
  subs: number,
): Promise<IdleResult & { readonly release: () => Promise<void> }> {
  const args = ['--mode', 'idle', '--sub', wire.sub, ...wire.args, '--subs', String(subs), '--hold', '60000'];
  const [file, ...rest] = pinned(LOAD_CORE, [buildLoad(), ...args]);
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())));
  // It prints its line when all are open.
  const text = await Promise.race([line, exited.then(() => undefined)]);
  if (text === undefined) throw new Error(`relayload did not open ${subs} connections to ${wire.sub}`);
  const release = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { ...(JSON.parse(text) as IdleResult), release };
}

/** `subs` clients come back at once, each to read `expect` deliveries it has missed. */
export function runResume(wire: Wire, pids: readonly number[], subs: number, expect: number): Promise<ResumeResult> {
  const args = ['--mode', 'resume', '--sub', wire.sub, ...wire.args, '--spids', pids.join(',')];
  return run<ResumeResult>([...args, '--subs', String(subs), '--expect', String(expect)], 0);
}

async function run<Result>(args: readonly string[], seconds: number): Promise<Result> {
  const [file, ...rest] = pinned(LOAD_CORE, [buildLoad(), ...args]);
  try {
    const { stdout } = await promisify(execFile)(file, rest, { timeout: (seconds + 75) * 1000, killSignal: 'SIGKILL' });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
  } catch (cause) {
    const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`relayload failed: ${stderr || 'no line of JSON'}`, { cause });
  }
}
