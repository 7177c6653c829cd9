import { expect, type TestContext, test } from 'vitest';
import { type CommandUpdate, isFinal } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import type { Bus } from '../bus/bus.ts';
import { payloadOf } from '../bus/encode.ts';
import { startBuses } from '../bus/redis/test-buses.ts';
import { startProxy } from '../bus/redis/test-proxy.ts';
import { systemClock } from '../clock.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { Relay } from './relay.ts';
import { LabClient } from './test-lab.ts';

/** A server reduced to its relay, on a real Redis. */
class Server {
  readonly bus: Bus;
  readonly relay: Relay;
  isDead = false;

  constructor(bus: Bus) {
    this.bus = bus;
    this.relay = new Relay({ ...DEFAULT_LIMITS, peerAnswerMs: 4_000 }, bus, systemClock);
  }

  client(name: string): LabClient {
    return new LabClient(this, name, () => true);
  }

  /** Nothing is handed over. */
  async stop(): Promise<void> {
    this.isDead = true;
    this.relay.close();
    await this.bus.close();
  }
}

async function setUp(context: TestContext, count: number): Promise<Server[]> {
  const { open } = await startBuses(context);
  const servers: Server[] = [];
  for (let index = 0; index < count; index++) servers.push(new Server(await open()));
  for (const { relay } of servers) await relay.start();
  context.onTestFinished(() => {
    for (const { relay } of servers) relay.close();
  });
  return servers;
}

const until = async <T>(find: () => T | undefined | false): Promise<T> => {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

async function follow(bus: Bus): Promise<() => CommandUpdate[]> {
  const { channel } = await bus.openLog(boardChannel('b1', 'commands'));
  return () => {
    const updates: CommandUpdate[] = [];
    for (let seq = channel.firstSeq; seq < channel.nextSeq; seq++) {
      const entry = channel.entry(seq);
      if (entry?.is === 'events') updates.push(...JSON.parse(payloadOf(entry).toString()).records);
    }
    return updates;
  };
}

test('two servers: a command through one, the owner at the other, which stops while it is under way', async (context) => {
  const [a, b] = await setUp(context, 2);
  if (a === undefined || b === undefined) throw new Error('two servers');
  const updates = await follow(a.bus);
  const owner = b.client('owner');
  const viewer = a.client('viewer');
  owner.offer('b1', 1);
  await until(() => owner.answer(1));
  await until(() => a.relay.boards.has('b1'));
  viewer.lease('b1', 1, 'take');
  const lease = await until(() => viewer.answer(1));
  expect(lease).toMatchObject({ ok: true });
  const note = { dir: 'note', at: 1, text: 'x', level: 'info' } as const;
  owner.say({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 0, records: [note, note] });
  const deadline = Date.now() + 30_000;
  viewer.command('b1', 2, 'c1', viewer.fence(1), { deadline });
  expect(await until(() => viewer.answer(2))).toMatchObject({ ok: true });
  expect(owner.ran).toEqual(['c1']);

  await b.relay.drain();
  owner.leave();
  await b.relay.drain();
  await b.stop();
  await until(() => a.relay.boards.isHome('b1'));
  const again = a.client('owner');
  again.offer('b1', 1);
  const answer = await until(() => again.answer(1));
  expect(answer).toMatchObject({ ok: true, have: [{ cursor: { epoch: 'hub', offset: 2 } }] });
  await until(() => again.ran.length > 0);
  again.done('b1', 'c1');
  // The asker never heard the first answer, and asks again.
  viewer.command('b1', 3, 'c1', viewer.fence(1), { deadline });
  expect(await until(() => viewer.answer(3))).toMatchObject({ ok: true });
  viewer.lease('b1', 4, 'renew');
  await until(() => viewer.answer(4));
  expect(viewer.fence(4)).toBe(viewer.fence(1));
  expect(again.ran).toEqual(['c1']);
  await until(() => updates().length > 0);
  expect(updates().map(({ id, state }) => `${id} ${state.is}`)).toEqual(['c1 done']);
});

test('three servers: the home vanishes without handing anything over, and one of the others keeps the board', async (context) => {
  const [a, b, c] = await setUp(context, 3);
  if (a === undefined || b === undefined || c === undefined) throw new Error('three servers');
  const owner = c.client('owner');
  const viewer = b.client('viewer');
  owner.offer('b1', 1);
  await until(() => b.relay.boards.has('b1') && a.relay.boards.has('b1'));
  await until(() => [a, b, c].every(({ bus }) => bus.peers.alive().size === 3));
  viewer.lease('b1', 1, 'take');
  await until(() => viewer.answer(1));
  await c.stop();
  const deadline = Date.now() + 30_000;
  viewer.command('b1', 2, 'c1', viewer.fence(1), { deadline });
  expect(await until(() => viewer.answer(2))).toMatchObject({ ok: true });
  expect([a, b].filter(({ relay }) => relay.boards.isHome('b1'))).toHaveLength(1);
  // Back at the server that is not the one which keeps it.
  const other = a.relay.boards.isHome('b1') ? b : a;
  const again = other.client('owner');
  again.offer('b1', 1);
  await until(() => again.answer(1));
  await until(() => again.ran.length > 0);
  expect(again.ran).toEqual(['c1']);
  expect(other.relay.boards.isHome('b1')).toBe(true);
  await until(() => [a, b].filter(({ relay }) => relay.boards.isHome('b1')).length === 1);
  const { channel } = await other.bus.openState('boards');
  await until(() => (channel.get('b1') as { online: boolean }).online);
  expect(channel.get('b1')).toMatchObject({ home: other.bus.node, lease: { fence: viewer.fence(1) } });
});

test.for([
  ['before the other one gives its owner up: the command is handed over', false],
  ['after it: what it said stands', true],
] as const)('two servers: the home is cut off from Redis, and comes back %s', async ([, isLate], context) => {
  const { open, redis } = await startBuses(context);
  const wire = await startProxy(redis.port);
  context.onTestFinished(() => wire.close());
  const [a, b] = [new Server(await open()), new Server(await open({ redisUrl: wire.url }))];
  for (const { relay } of [a, b]) await relay.start();
  context.onTestFinished(() => {
    for (const { relay } of [a, b]) relay.close();
  });
  const updates = await follow(a.bus);
  const ends = (id: string) => updates().filter((update) => update.id === id && isFinal(update.state));
  const owner = b.client('owner');
  const viewer = a.client('viewer');
  owner.offer('b1', 1);
  await until(() => owner.answer(1) && a.relay.boards.has('b1'));
  viewer.lease('b1', 1, 'take');
  await until(() => viewer.answer(1));
  const deadline = Date.now() + 30_000;
  viewer.command('b1', 2, 'early', viewer.fence(1), { deadline });
  await until(() => owner.ran.length === 1);

  wire.freeze();
  await until(() => a.relay.boards.isHome('b1'));
  viewer.command('b1', 3, 'meanwhile', viewer.fence(1), { deadline });
  expect(await until(() => viewer.answer(3))).toMatchObject({ ok: true });
  if (isLate) await until(() => ends('meanwhile').length > 0);
  // The board acts, and where it is that is known.
  owner.done('b1', 'early');
  wire.thaw();
  wire.cut();
  await until(() => b.relay.boards.isHome('b1') && !a.relay.boards.isHome('b1'));
  if (!isLate) {
    await until(() => owner.ran.includes('meanwhile'));
    owner.done('b1', 'meanwhile');
  }
  // What comes after it shows that nothing else came before.
  viewer.lease('b1', 4, 'take');
  await until(() => viewer.answer(4));
  viewer.command('b1', 5, 'after', viewer.fence(4), { deadline });
  await until(() => owner.ran.includes('after'));
  owner.done('b1', 'after');
  await until(() => ends('after').length > 0);
  const is = isLate ? 'failed' : 'done';
  expect([...ends('early'), ...ends('meanwhile')].map(({ id, state }) => `${id} ${state.is}`)).toEqual([
    `early ${is}`,
    `meanwhile ${is}`,
  ]);
  expect(owner.ran).toEqual(isLate ? ['early', 'after'] : ['early', 'meanwhile', 'after']);
});
