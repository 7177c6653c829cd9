import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { DEFAULT_LIMITS } from '../../config.ts';
import { openBus } from '../open-bus.ts';
import { Pulse } from '../pulse.ts';
import type { FeedStats } from './feed-stats.ts';
import { cleanups, connect, readAll, startRedis, until } from './test-lab.ts';

type Line = Pick<FeedStats, 'from' | 'words' | 'delivered'>;

interface Server {
  readonly process: ChildProcess;
  /** As it was printed last, by the feed's pattern. */
  readonly feed: (from: string) => Line | undefined;
}

function startServer(env: Readonly<Record<string, string>>): Server {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/feed-server.ts')], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => started.kill('SIGKILL'));
  let lines: readonly Line[] = [];
  createInterface({ input: started.stdout }).on('line', (line) => {
    lines = JSON.parse(line);
  });
  return { process: started, feed: (from) => lines.find((one) => one.from === from) };
}

const leads = ({ feed }: Server): boolean => /^(?:silent|live)/.test(feed('a')?.words ?? '');

test('two processes on one bus: one reads; killed, the other takes over, and no message is missing without a gap', async () => {
  const busRedis = await startRedis();
  const foreign = await startRedis();
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-feeds-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'feeds.json');
  const feeds = {
    name: 'lab',
    url: foreign.url,
    channels: [{ pattern: 'a', to: 'events/feed/a' }],
    streams: [{ key: 's', to: 'events/feed/s', how: 'tail' }],
  };
  writeFileSync(file, JSON.stringify({ sources: [feeds] }));
  const env = { HYPHAE_FEEDS: file, REDIS_URL: busRedis.url };
  const servers = [startServer(env), startServer(env)];
  await until(() => {
    expect(servers.filter(leads)).toHaveLength(1);
    expect(servers.map(({ feed }) => feed('a')?.words)).toContain('another server reads this source');
  });
  const [first, second] = servers.toSorted((a, b) => Number(leads(b)) - Number(leads(a)));
  if (first === undefined || second === undefined) throw new Error('no servers');

  const pulse = new Pulse({ windowMs: 5 });
  const bus = await openBus({ ...DEFAULT_LIMITS, redisUrl: busRedis.url }, systemClock, pulse);
  cleanups.push(async () => {
    await bus.close();
    pulse.close();
  });
  // Kept open, so that the copy here goes on.
  await Promise.all(['events/feed/a', 'events/feed/s'].map((channel) => bus.openLog(channel)));
  const client = await connect(foreign);
  for (let n = 1; n <= 3; n++) {
    await client.publish('a', String(n));
    await client.xAdd('s', '*', { data: String(n) });
  }
  await until(() => expect(first.feed('s')?.delivered).toBe(3));
  await until(() => expect(first.feed('a')?.delivered).toBe(3));

  const ended = once(first.process, 'exit');
  first.process.kill('SIGKILL');
  await ended;
  await client.xAdd('s', '*', { data: '4' });
  await until(() => expect(leads(second)).toBe(true));
  await client.publish('a', '5');
  await client.xAdd('s', '*', { data: '5' });
  await until(async () => {
    expect((await readAll(bus, 'events/feed/a')).order).toEqual([1, 2, 3, 'owner-changed', 5]);
    const stream = (await readAll(bus, 'events/feed/s')).order;
    expect(stream.filter((one) => typeof one === 'number')).toEqual([1, 2, 3, 4, 5]);
  });
});
