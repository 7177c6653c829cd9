import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../bus-contract.ts';
import { NO_REDIS, REDIS_SERVER } from './redis-process.ts';

const MODULE = JSON.stringify(new URL('redis-process.ts', import.meta.url).href);

/** A program of its own group, as a terminal starts it, with a Redis. `more` is what it does besides. */
async function startProgram(more: string) {
  const code = `import { startRedis } from ${MODULE};
    const redis = await startRedis();
    setInterval(() => undefined, 1_000);
    ${more}
    console.log(redis.port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const port = await line();
  const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  onTestFinished(() => {
    if (isThere(pid)) process.kill(pid, 'SIGKILL');
  });
  return { child, ended, line, client, pid, ctrlC: () => process.kill(-Number(child.pid), 'SIGINT') };
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.skipIf(REDIS_SERVER === undefined)(`Ctrl-C is for the program, not for its Redis (or: ${NO_REDIS})`, async () => {
  const { child, ended, line, client, pid, ctrlC } = await startProgram(
    `process.on('SIGINT', () => console.log('heard'));
     process.on('SIGTERM', () => process.exit(0));`,
  );
  ctrlC();
  expect(await line()).toBe('heard');
  expect(await client.ping()).toBe('PONG');
  const group = Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }));
  expect(group).not.toBe(child.pid);
  child.kill('SIGTERM');
  await ended;
  await eventually(() => expect(isThere(pid)).toBe(false));
});

test.skipIf(REDIS_SERVER === undefined).each([
  ['throws what nobody catches', `process.on('SIGUSR2', () => { throw new Error('of the test'); });`, 'SIGUSR2'],
  ['is ended by Ctrl-C', '', 'SIGINT'],
  ['is told to end', '', 'SIGTERM'],
] as const)(`a Redis does not outlive a program that %s (or: ${NO_REDIS})`, async (_what, more, signal) => {
  const { child, ended, pid } = await startProgram(more);
  child.kill(signal);
  await ended;
  await eventually(() => expect(isThere(pid)).toBe(false));
});
