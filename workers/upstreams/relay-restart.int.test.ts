import { expect, type TestContext, test } from 'vitest';
import { NO_REDIS, REDIS_SERVER, startRedis } from '../../server/bus/redis/redis-process.ts';
import { DEFAULT_LIMITS } from '../../server/config.ts';
import { type HyphaeServer, startServer } from '../../server/hyphae-server.ts';
import { boardStatus } from '../../server/live/raw-client.ts';
import type { CommandRequest, CommandUpdate } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import { FakeHub } from './fake-hub.ts';

const COMMANDS = boardChannel('b1', 'commands');

const until = async <T>(find: () => T | undefined | false): Promise<T> => {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Two servers on one Redis; each can be stopped and started again on its port. */
async function setUp(context: TestContext) {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const redis = await startRedis();
  const servers = new Map<'a' | 'b', HyphaeServer>();
  const ports = { a: 0, b: 0 };
  const hubs: FakeHub[] = [];
  const start = async (name: 'a' | 'b'): Promise<void> => {
    const limits = { ...DEFAULT_LIMITS, port: ports[name], drainMs: 50 };
    const here = { host: '127.0.0.1', dist: undefined, logLevel: 'silent' } as const;
    const server = await startServer({ ...limits, ...here, redisUrl: redis.url });
    servers.set(name, server);
    ports[name] = server.port;
  };
  const stop = async (name: 'a' | 'b'): Promise<void> => {
    await servers.get(name)?.close();
    servers.delete(name);
  };
  context.onTestFinished(async () => {
    for (const hub of hubs) hub.upstream.close();
    for (const name of [...servers.keys()]) await stop(name);
    await redis.close();
  });
  await start('a');
  await start('b');
  const hub = (name: string, at: () => 'a' | 'b'): FakeHub => {
    const made = new FakeHub(name, () => ports[at()], 0);
    hubs.push(made);
    return made;
  };
  return { start, stop, hub };
}

const request = (id: string): CommandRequest => ({
  id,
  board: 'b1',
  name: 'status',
  params: {},
  by: 'me',
  deadline: Date.now() + 20_000,
});
const lastWords = (hub: FakeHub): string[] =>
  (hub.came('commands') as CommandUpdate[]).filter(({ state }) => state.is === 'done').map(({ id }) => id);
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `c${from + index}`);

test('a board at one server is commanded through another, which is restarted: each command ends, exactly once', async (context) => {
  const { start, stop, hub } = await setUp(context);
  const owner = hub('owner', () => 'b');
  const viewer = hub('viewer', () => 'a');
  owner.upstream.offer('b1', boardStatus('b1'));
  viewer.upstream.demand(COMMANDS, true, undefined);
  await until(() => viewer.boards.get('b1'));
  expect(await viewer.upstream.lease('b1', 'take')).toMatchObject({ ok: true });
  const asked = numbered(0, 20).map((id) => viewer.upstream.command(request(id)));
  const stopped = stop('a');
  const more = numbered(20, 30).map((id) => viewer.upstream.command(request(id)));
  await stopped;
  await start('a');
  const outcomes = await Promise.all([...asked, ...more]);
  // Refused at once, because there was no connection, or done: nothing in between.
  const taken = numbered(0, 30).filter((_, index) => outcomes[index]?.ok);
  expect(taken.length).toBeGreaterThanOrEqual(20);
  await until(() => lastWords(viewer).length >= taken.length);
  expect(new Set(lastWords(viewer))).toEqual(new Set(taken));
  expect(lastWords(viewer)).toHaveLength(taken.length);
  expect(owner.ran.map(({ id }) => id).sort()).toEqual([...taken].sort());
});

test('the owner’s server is restarted: the owner moves to the other one, and nothing is lost or done twice', async (context) => {
  const { stop, hub } = await setUp(context);
  let ownerAt: 'a' | 'b' = 'b';
  const owner = hub('owner', () => ownerAt);
  const viewer = hub('viewer', () => 'a');
  owner.upstream.offer('b1', boardStatus('b1'));
  viewer.upstream.demand(COMMANDS, true, undefined);
  viewer.upstream.demand(boardChannel('b1', 'console'), true, undefined);
  await until(() => viewer.boards.get('b1'));
  await viewer.upstream.lease('b1', 'take');
  const note = (text: string) => ({ dir: 'note', at: Date.now(), text, level: 'info' });
  owner.events('console', [note('0'), note('1')]);
  const asked = numbered(0, 10).map((id) => viewer.upstream.command(request(id)));
  ownerAt = 'a';
  const stopped = stop('b');
  owner.events('console', [note('2')]);
  const more = numbered(10, 20).map((id) => viewer.upstream.command(request(id)));
  await stopped;
  owner.events('console', [note('3')]);
  const outcomes = await Promise.all([...asked, ...more]);
  expect(outcomes.map(({ ok }) => ok)).toEqual(outcomes.map(() => true));
  await until(() => lastWords(viewer).length >= 20);
  await until(() => viewer.came('console').length >= 4);
  expect([...lastWords(viewer)].sort()).toEqual(numbered(0, 20).sort());
  expect(new Set(owner.ran.map(({ id }) => id))).toEqual(new Set(numbered(0, 20)));
  expect(owner.ran).toHaveLength(20);
  expect(viewer.came('console').map((record) => (record as { text: string }).text)).toEqual(['0', '1', '2', '3']);
  const share = viewer.boards.get('b1')?.share;
  expect(share?.is === 'shared' && share.mine).toBe(true);
});
