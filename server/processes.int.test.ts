import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { NO_REDIS, REDIS_SERVER, type RedisProcess, startRedis } from './bus/redis/redis-process.ts';
import { RawClient } from './live/raw-client.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let redis: RedisProcess | undefined;
let child: ChildProcess | undefined;
afterEach(async () => {
  if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  await redis?.close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Two processes on one port, in a group of their own as a terminal would put them. */
async function startProcesses(port: number) {
  redis = await startRedis();
  const env = {
    ...process.env,
    REDIS_URL: redis.url,
    HYPHAE_PROCESSES: '2',
    PORT: String(port),
    HYPHAE_HOST: '127.0.0.1',
  };
  const started = spawn(process.execPath, [main], { env, detached: true });
  child = started;
  let output = '';
  started.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  started.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) => started.once('exit', resolve));
  return { group: -(started.pid ?? 0), output: () => output, ended };
}

test('Ctrl-C tells all processes, and the first tells the others again: they stop in order all the same', async (context) => {
  if (REDIS_SERVER === undefined) context.skip(NO_REDIS);
  const port = await freePort();
  const { group, output, ended } = await startProcesses(port);
  await expect.poll(() => output().match(/listens on/g)?.length, { timeout: 30_000 }).toBe(2);
  const client = await new RawClient(port).hello('ann');
  process.kill(group, 'SIGINT');
  expect(await client.message('reconnect')).toMatchObject({ reason: 'the server is stopping' });
  expect(await client.until(({ closed }) => closed)).toMatchObject({ code: 1001 });
  expect(await ended).toBe(0);
});

test('processes whose port is taken do not try for ever', async (context) => {
  if (REDIS_SERVER === undefined) context.skip(NO_REDIS);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { output, ended } = await startProcesses(port);
  expect(await ended).toBe(1);
  expect(output()).toContain(`Port ${port} is in use`);
  other.close();
});
