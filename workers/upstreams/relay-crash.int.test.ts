import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { NO_REDIS, REDIS_SERVER, startRedis } from '../../server/bus/redis/redis-process.ts';
import { makeHyphae } from '../../server/faults/hyphae-process.ts';
import { boardStatus } from '../../server/live/raw-client.ts';
import { type CommandUpdate, isFinal } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import { FakeHub } from './fake-hub.ts';

const until = async <T>(find: () => T | undefined | false): Promise<T> => {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Two servers as processes, on one Redis. */
async function setUp(context: TestContext) {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const redis = await startRedis();
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-crash-'));
  const env = { REDIS_URL: redis.url, HYPHAE_LOG: 'silent' };
  const a = await makeHyphae(0, folder, env);
  const b = await makeHyphae(1, folder, env);
  const hubs: FakeHub[] = [];
  context.onTestFinished(async () => {
    for (const hub of hubs) hub.upstream.close();
    await Promise.all([a.stop(), b.stop()]);
    await redis.close();
    rmSync(folder, { recursive: true });
  });
  await Promise.all([a.start(), b.start()]);
  const hub = (name: string, port: () => number): FakeHub => {
    const made = new FakeHub(name, port, 0);
    hubs.push(made);
    return made;
  };
  return { a, b, hub };
}

/** Ids by how often a last word about them came. */
function lastWords(hub: FakeHub): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id, state } of hub.came('commands') as CommandUpdate[])
    if (isFinal(state)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

test.for(['owner', 'asker'] as const)(
  'the server of the %s is killed while commands stream: each that was taken has one last word, none is done twice',
  { timeout: 90_000 },
  async (whose, context) => {
    const { a, b, hub } = await setUp(context);
    let ownerPort = b.port;
    let askerPort = a.port;
    const owner = hub('owner', () => ownerPort);
    const asker = hub('asker', () => askerPort);
    const watcher = hub('watcher', () => (whose === 'owner' ? a : b).port);
    owner.upstream.offer('b1', boardStatus('b1'));
    for (const it of [asker, watcher]) it.upstream.demand(boardChannel('b1', 'commands'), true, undefined);
    await until(() => asker.boards.get('b1') && watcher.boards.get('b1'));
    // On a busy machine the board is told of before its owner can be reached.
    await expect.poll(() => asker.upstream.lease('b1', 'take'), { timeout: 10_000 }).toMatchObject({ ok: true });
    const taken = new Set<string>();
    const refused = new Map<string, string>();
    const outcomes: Promise<void>[] = [];
    const stream = async (from: number, count: number): Promise<void> => {
      for (let n = from; n < from + count; n++) {
        const command = {
          id: `c${n}`,
          board: 'b1',
          name: 'status',
          params: {},
          by: 'me',
          deadline: Date.now() + 20_000,
        };
        const outcome = asker.upstream.command(command).then((it) => {
          if (it.ok) taken.add(command.id);
          else refused.set(command.id, it.error.code);
        });
        outcomes.push(outcome);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    await stream(0, 60);
    // No more than may wait for an owner who is away.
    const more = stream(60, 25);
    await (whose === 'owner' ? b : a).kill();
    ownerPort = whose === 'owner' ? a.port : b.port;
    askerPort = ownerPort;
    await more;
    await until(() => owner.shares.get('b1')?.is === 'shared' && asker.status?.state.is === 'live');
    await until(() => {
      const share = asker.boards.get('b1')?.share;
      return asker.boards.get('b1')?.phase.is === 'open' && share?.is === 'shared' && share.mine;
    });
    await stream(85, 15);
    await Promise.all(outcomes);
    await until(() => [...taken].every((id) => lastWords(watcher).has(id)));
    // Refused at once for want of a connection, or of a place in the queue; never in between.
    expect(new Set([...refused.values(), 'relay-offline', 'command-queue-full']).size).toBe(2);
    expect(taken.size).toBeGreaterThanOrEqual(60);
    expect([...lastWords(watcher)].filter(([, count]) => count !== 1)).toEqual([]);
    const ran = owner.ran.map(({ id }) => id);
    expect(ran.length).toBe(new Set(ran).size);
  },
);
