import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRedis } from '../bus/redis/redis-process.ts';

/**
 * `npm run servers`: several servers on one Redis, on this computer. Takes the Redis of `REDIS_URL`, or starts one of its own that keeps
 * nothing. A server that dies is started again; Ctrl-C stops them one after the other, as a rolling restart would.
 */
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const { values } = parseArgs({
  options: { count: { type: 'string', default: '2' }, port: { type: 'string', default: '7420' } },
});
const count = Number(values.count);
const firstPort = Number(values.port);
if (!Number.isInteger(count) || count < 1 || count > 16 || !Number.isInteger(firstPort)) {
  say('Usage: npm run servers -- [--count 2] [--port 7420]');
  process.exit(2);
}

const root = join(import.meta.dirname, '..', '..');
const RESTART_MS = 1_000;
let stopping = false;
const children = new Map<number, ChildProcess>();

/** Ports are a pair apart: the one between is what a development server takes. */
const portOf = (index: number): number => firstPort + 2 * index;

function start(index: number, redisUrl: string): void {
  const env = { ...process.env, REDIS_URL: redisUrl, PORT: String(portOf(index)) };
  // Not in this terminal's group: Ctrl-C is for this program, which tells them one after the other.
  const options = { cwd: root, env, stdio: 'inherit', detached: true } as const;
  const child = spawn(process.execPath, [join(root, 'server', 'main.ts')], options);
  children.set(index, child);
  child.on('exit', (code, signal) => {
    children.delete(index);
    if (stopping) return;
    say(`The server on port ${portOf(index)} ended (${signal ?? code}); starting it again.`);
    setTimeout(() => !stopping && start(index, redisUrl), RESTART_MS);
  });
}

async function stopOneByOne(): Promise<void> {
  for (const [index, child] of [...children]) {
    if (children.get(index) !== child) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

process.once('exit', () => {
  for (const child of children.values()) child.kill('SIGKILL');
});
mkdirSync(join(root, '.cache'), { recursive: true });
const redis = process.env.REDIS_URL ? undefined : await startRedis();
const redisUrl = process.env.REDIS_URL ?? redis?.url ?? '';
say(`Redis: ${redis === undefined ? 'the one of REDIS_URL' : `${redisUrl} (its own, keeps nothing)`}`);
for (let index = 0; index < count; index++) start(index, redisUrl);

const stop = (): void => {
  if (stopping) process.exit(130);
  stopping = true;
  void stopOneByOne()
    .then(() => redis?.close())
    .then(() => process.exit(0));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
