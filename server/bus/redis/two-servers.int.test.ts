import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { events, eventually, published, receivedOf, valuesOf } from '../bus-contract.ts';
import { channelNames } from './names.ts';
import { publishScript } from './script.ts';
import { sleep, startBuses } from './test-buses.ts';
import { countOf, faultsOf, makePublisher } from './test-oracle.ts';
import { startProxy } from './test-proxy.ts';

const CHANNEL = 'events/x';
const NAMES = channelNames('hyphae', CHANNEL, 'nobody');

test('two servers give the same records the same places, whoever publishes', async (context) => {
  const { open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const [{ channel: logA }, { channel: logB }] = [await a.openLog(CHANNEL), await b.openLog(CHANNEL)];
  const publishers = [makePublisher(a, CHANNEL, 'a'), makePublisher(b, CHANNEL, 'b')];
  for (let round = 0; round < 200; round++) {
    for (const publisher of publishers) publisher.publish(1 + (round % 3));
    if (round % 10 === 0) await sleep(1);
  }
  const total = publishers.reduce((sum, { published: count }) => sum + count, 0);
  await eventually(() => expect([logA.nextOffset, logB.nextOffset]).toEqual([total, total]));
  expect(receivedOf(logA)).toEqual(receivedOf(logB));
  expect(faultsOf(logA)).toEqual([]);
  const { channel: logC } = await (await open()).openLog(CHANNEL);
  expect(receivedOf(logC)).toEqual(receivedOf(logA));
});

test('a key published on one server is known on the other', async (context) => {
  const { open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const first = await published(a, CHANNEL, events(1), 'key');
  expect(await published(b, CHANNEL, events(1), 'key')).toEqual({ ...first, duplicate: true });
});

test('a wake-up that never came is noticed by the next one, and read again', async (context) => {
  const { redis, open } = await startBuses(context);
  const bus = await open();
  const { channel: log } = await bus.openLog(CHANNEL);
  await published(bus, CHANNEL, events(1));
  const client = await createClient({ url: redis.url }).connect();
  const life = /run_id:(\w+)/.exec(await client.info('server'))?.[1] ?? '';
  // The same script, with a topic that nobody listens to.
  const head = [life, 'PUBLISH', 'unused', 'nowhere', 'nobody', '1', '1000000', '1000', ''];
  const args = [...head, 'e', '1', '1', '1', '"unheard"', '0'];
  await client.eval(publishScript.text, { keys: [NAMES.meta, NAMES.log, NAMES.by], arguments: args });
  client.destroy();
  await published(bus, CHANNEL, events(2));
  await eventually(() => expect(valuesOf(log)).toEqual([1, 'unheard', 2]));
  expect(bus.stats().rereads).toBe(1);
});

test('after Redis closed the listening connection nothing is missing', async (context) => {
  const { redis, open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const { channel: log } = await b.openLog(CHANNEL);
  const publisher = makePublisher(a, CHANNEL, 'a');
  const client = await createClient({ url: redis.url }).connect();
  for (let round = 0; round < 60; round++) {
    publisher.publish();
    if (round % 20 === 10) await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await sleep(2);
  }
  client.destroy();
  await eventually(() => expect(countOf(log, 'a')).toBe(publisher.published));
  expect(faultsOf(log)).toEqual([]);
  await eventually(() => expect(b.stats().reconnects).toBeGreaterThan(0));
  expect(b.health().degraded).toBeUndefined();
});

test('a reader that Redis cuts off for being slow gets the rest from the log', async (context) => {
  const { redis, open } = await startBuses(context);
  const options = { eventsLogBytes: 20_000_000 };
  const proxy = await startProxy(redis.port);
  context.onTestFinished(proxy.close);
  const [a, b] = [await open(options), await open({ ...options, redisUrl: proxy.url })];
  const { channel: log } = await b.openLog(CHANNEL);
  const client = await createClient({ url: redis.url }).connect();
  await client.configSet('client-output-buffer-limit', 'pubsub 64kb 64kb 1');
  proxy.freeze();
  const publisher = makePublisher(a, CHANNEL, 'x'.repeat(20_000));
  for (let round = 0; round < 500; round++) {
    publisher.publish();
    await published(a, 'events/y', events(1));
  }
  proxy.thaw();
  client.destroy();
  await eventually(() => expect(countOf(log, 'x'.repeat(20_000))).toBe(publisher.published));
  expect(faultsOf(log)).toEqual([]);
  expect(b.stats().reconnects).toBeGreaterThan(0);
});

test('a log that Redis let go is told as missing to whoever comes, not to whoever has it', async (context) => {
  const { redis, open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const { channel: log } = await a.openLog(CHANNEL);
  await published(a, CHANNEL, events(0, 1, 2));
  const client = await createClient({ url: redis.url }).connect();
  await client.del(NAMES.log);
  client.destroy();
  await published(b, CHANNEL, events(3));
  await eventually(() => expect(valuesOf(log)).toEqual([0, 1, 2, 3]));
  const { channel: late } = await b.openLog(CHANNEL);
  expect(valuesOf(late)).toEqual([3]);
  expect(late.epoch).toBe(log.epoch);
  expect(late.seqAfter({ epoch: log.epoch, offset: 1 })).toBeUndefined();
});

test.for(['meta', 'everything'] as const)(
  'after the loss of %s a new epoch begins, and every reader is told',
  async (what, context) => {
    const { redis, open } = await startBuses(context);
    const [a, b] = [await open(), await open()];
    const [{ channel: logA }, { channel: logB }] = [await a.openLog(CHANNEL), await b.openLog(CHANNEL)];
    await published(a, CHANNEL, events(['a', 0], ['a', 1]));
    await eventually(() => expect(countOf(logB, 'a')).toBe(2));
    const { epoch } = logB;
    const client = await createClient({ url: redis.url }).connect();
    await (what === 'meta' ? client.del(NAMES.meta) : client.flushAll());
    client.destroy();
    expect(await published(b, CHANNEL, events(['a', 2]))).toMatchObject({ ok: true });
    for (const log of [logA, logB]) {
      await eventually(() => expect(countOf(log, 'a')).toBe(3));
      expect(valuesOf(log)).toContainEqual({ gap: expect.objectContaining({ why: 'epoch-changed' }) });
      expect(log.epoch).not.toBe(epoch);
      expect(faultsOf(log)).toEqual([]);
    }
  },
);

test('state is the same on both servers, also after Redis lost it', async (context) => {
  const { redis, open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const [{ channel: stateA }, { channel: stateB }] = [await a.openState('state/x'), await b.openState('state/x')];
  a.put('state/x', 'k', { from: 'a' });
  b.put('state/x', 'l', { from: 'b' });
  for (const state of [stateA, stateB])
    await eventually(() => expect(Object.fromEntries(state.entries())).toEqual({ k: { from: 'a' }, l: { from: 'b' } }));
  expect(stateA.epoch).toBe(stateB.epoch);
  const client = await createClient({ url: redis.url }).connect();
  await client.del(channelNames('hyphae', 'state/x', '').state);
  client.destroy();
  a.put('state/x', 'm', 1);
  // What is not in Redis any more is not shown as if it were.
  for (const state of [stateA, stateB])
    await eventually(() => expect(Object.fromEntries(state.entries())).toEqual({ m: 1 }));
});

test('mail arrives in order; who says goodbye is missed at once, who falls silent within seconds', async (context) => {
  const { redis, open } = await startBuses(context);
  const proxy = await startProxy(redis.port);
  context.onTestFinished(proxy.close);
  const [a, b, c] = [await open(), await open(), await open({ redisUrl: proxy.url })];
  const all = new Set([a.node, b.node, c.node]);
  for (const { peers } of [a, b, c]) await eventually(() => expect(new Set(peers.alive())).toEqual(all));
  const mails: unknown[] = [];
  b.peers.onMail((from, message) => mails.push([from, message]));
  for (let n = 0; n < 100; n++) a.peers.mail(b.node, { n });
  await eventually(() => expect(mails).toHaveLength(100));
  expect(mails).toEqual(Array.from({ length: 100 }, (_, n) => [a.node, { n }]));
  const lost: string[] = [];
  a.peers.onLost((node) => lost.push(node));
  await b.close();
  await eventually(() => expect(lost).toEqual([b.node]));
  proxy.freeze();
  await eventually(() => expect(lost).toEqual([b.node, c.node]));
  expect([...a.peers.alive()]).toEqual([a.node]);
  // The silent one does not take the others for dead: it is the one who is away.
  expect(c.peers.alive()).toContain(a.node);
  proxy.thaw();
  await eventually(() => expect(a.peers.alive()).toContain(c.node));
});
