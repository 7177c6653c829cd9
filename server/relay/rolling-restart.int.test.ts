import { afterEach, expect, onTestFinished, type TestContext, test } from 'vitest';
import { type RunningServer, startServer } from '../../e2e/harness/server.ts';
import { createRandom } from '../../src/boards/simulated/random.ts';
import { type CommandUpdate, isFinal } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import { NO_REDIS, REDIS_SERVER, startRedis } from '../bus/redis/redis-process.ts';
import { TestCommander } from './test-commander.ts';
import { TestFollower } from './test-follower.ts';
import { TestOwner } from './test-owner.ts';

/** Two servers as processes, one Redis, and a restart of one of them at any moment of a command. */

/** What is judged is what becomes of everything, not how fast a busy machine starts a server. */
const PATIENT = { HYPHAE_LEASE_MS: '120000', HYPHAE_LEASE_GRACE_MS: '60000', HYPHAE_OWNER_GRACE_MS: '60000' };

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function twoServers(
  context: TestContext,
): Promise<{ a: RunningServer; b: RunningServer; ports: [number, number] }> {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const redis = await startRedis();
  stops.push(() => redis.close());
  const env = { REDIS_URL: redis.url, HYPHAE_LOG: 'silent', HYPHAE_DIST: '/nonexistent', ...PATIENT };
  const [a, b] = await Promise.all([startServer(env), startServer(env)]);
  stops.push(() => Promise.all([a.stop(), b.stop()]));
  return { a, b, ports: [Number(new URL(a.origin).port), Number(new URL(b.origin).port)] };
}

const stopping = <T extends { readonly client: { stop(): void } }>(one: T): T => {
  stops.push(() => one.client.stop());
  return one;
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (what: string, holds: () => boolean, withinMs = 25_000): Promise<void> => {
  for (const end = performance.now() + withinMs; !holds(); await sleep(10))
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
};

/** The last words on each command, as they were told on the channel. */
function finals(updates: readonly CommandUpdate[]): Record<string, string[]> {
  const words: Record<string, string[]> = {};
  for (const { id, state } of updates) {
    words[id] ??= [];
    if (isFinal(state)) words[id].push('error' in state ? `${state.is}: ${state.error.message}` : state.is);
  }
  return words;
}

const seed = Number(process.env.SEED ?? Date.now() % 1e6);

test(`a command ends once, whenever the server of who gave it is restarted (seed ${seed})`, {
  timeout: 120_000,
}, async (context) => {
  const random = createRandom(seed);
  const boards = ['left', 'middle', 'right'];
  const channels = boards.map((board) => boardChannel(board, 'commands'));
  const { a, ports } = await twoServers(context);
  const owner = stopping(new TestOwner('Ada', [ports[1]], boards));
  owner.actMs = () => random() * 150;
  const atA = stopping(new TestFollower('at A', [ports[0]], channels));
  const atB = stopping(new TestFollower('at B', [ports[1]], channels));
  const commander = stopping(new TestCommander('Ben', [ports[0]], boards));
  await until('all leases', () => commander.holdsAll);

  const ids: string[] = [];
  for (let round = 0; round < 10; round++) {
    const asked = boards.map(async (board) => {
      await sleep(random() * 400);
      const id = `${board}-${round}`;
      ids.push(id);
      expect([id, await commander.command(board, id)]).toEqual([id, undefined]);
    });
    const restarted = sleep(100 + random() * 200).then(async () => {
      await a.stop(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      await a.restart();
    });
    await Promise.all([...asked, restarted]);
    for (const follower of [atA, atB])
      await until(`the end of all of round ${round}`, () =>
        boards.every((board) => (finals(follower.updates(board))[`${board}-${round}`] ?? []).length > 0),
      );
  }

  const words = Object.assign({}, ...boards.map((board) => finals(atB.updates(board))));
  expect(words).toEqual(Object.fromEntries(ids.map((id) => [id, ['done']])));
  expect(Object.fromEntries(owner.acted)).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
  expect(commander.leasesLost).toBe(0);
  for (const channel of channels) {
    const { values, told, faults } = atA.reading(channel);
    expect({ told, faults }).toEqual({ told: [], faults: [] });
    expect(values).toEqual(atB.reading(channel).values);
  }
});

test(`both servers are restarted, one after the other, under a steady flow: nothing is lost (seed ${seed})`, {
  timeout: 120_000,
}, async (context) => {
  const random = createRandom(seed);
  const channels = [boardChannel('flow', 'telemetry'), boardChannel('flow', 'commands')];
  const { a, b, ports } = await twoServers(context);
  // As behind a proxy: who loses one server comes to the other.
  const owner = stopping(new TestOwner('Ada', [ports[1], ports[0]], ['flow']));
  const commander = stopping(new TestCommander('Ben', [ports[0], ports[1]], ['flow']));
  const followers = ports.map((port, index) => stopping(new TestFollower(`at ${index}`, [port], channels)));
  await until('the lease', () => commander.holdsAll);

  const asked: Promise<unknown>[] = [];
  const measuring = setInterval(() => owner.measure('flow'), 10);
  const commanding = setInterval(() => {
    const id = `c${asked.length}`;
    asked.push(commander.command('flow', id).then((refusal) => expect([id, refusal]).toEqual([id, undefined])));
  }, 150);
  onTestFinished(() => {
    clearInterval(measuring);
    clearInterval(commanding);
  });
  for (const server of [a, b]) {
    await sleep(500 + random() * 500);
    await server.stop();
    await server.restart();
  }
  await sleep(1_000);
  clearInterval(commanding);
  await Promise.all(asked);
  const ids = asked.map((_, index) => `c${index}`);
  for (const follower of followers)
    await until('the end of every command', () => {
      const words = finals(follower.updates('flow'));
      return ids.every((id) => (words[id] ?? []).length > 0);
    });
  clearInterval(measuring);
  const rows = Array.from({ length: owner.rowsOf('flow') }, (_, index) => index);
  for (const follower of followers) {
    await until('the last row', () => follower.reading(channels[0] ?? '').values.at(-1) === rows.length - 1);
    for (const channel of channels) {
      const { told, faults } = follower.reading(channel);
      expect({ channel, told, faults }).toEqual({ channel, told: [], faults: [] });
    }
    const seen = follower.reading(channels[0] ?? '').values;
    expect(seen).toEqual(rows.slice(rows.length - seen.length));
    expect(finals(follower.updates('flow'))).toEqual(Object.fromEntries(ids.map((id) => [id, ['done']])));
  }
  expect(Object.fromEntries(owner.acted)).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
  expect(commander.leasesLost).toBe(0);
});
