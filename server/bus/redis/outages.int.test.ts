import { createClient } from 'redis';
import { expect, test } from 'vitest';
import type { Published } from '../bus.ts';
import { changesOf, events, eventually, published, valuesOf } from '../bus-contract.ts';
import { sleep, startBuses } from './test-buses.ts';
import { conflictsOf, countOf, faultsOf, lastOf, makePublisher } from './test-oracle.ts';
import { startProxy } from './test-proxy.ts';

const CHANNEL = 'events/x';

/** Redis is killed and started again; whatever it has kept. */
test.for([true, false])(
  'kill -9 under load, everything on disk: %s – each reader gets it, or is told; no offset is given twice',
  { timeout: 60_000 },
  async (isKept, context) => {
    const { redis, open } = await startBuses(context, { isKept });
    const options = { eventsLogBytes: 20_000_000 };
    const [a, b] = [await open(options), await open(options)];
    const [{ channel: logA }, { channel: logB }] = [await a.openLog(CHANNEL), await b.openLog(CHANNEL)];
    const publishers = [makePublisher(a, CHANNEL, 'a'), makePublisher(b, CHANNEL, 'b')];
    for (let round = 0; round < 3; round++) {
      for (let turn = 0; turn < 400; turn++) {
        for (const publisher of publishers) publisher.publish();
        if (turn === 100) await redis.kill();
        if (turn === 350) await redis.start();
        await sleep(2);
      }
      for (const bus of [a, b]) await eventually(() => expect(bus.health().degraded).toBeUndefined());
    }
    for (const bus of [a, b]) await eventually(() => expect(bus.stats().queuedBytes).toBe(0));
    for (const publisher of publishers) publisher.publish();
    for (const log of [logA, logB])
      for (const [index, name] of ['a', 'b'].entries())
        await eventually(() => expect(lastOf(log, name)).toBe((publishers[index]?.published ?? 0) - 1));
    expect(faultsOf(logA)).toEqual([]);
    expect(faultsOf(logB)).toEqual([]);
    // Whoever publishes here gets all of it here, whatever becomes of Redis.
    expect(countOf(logA, 'a')).toBe(publishers[0]?.published);
    expect(countOf(logB, 'b')).toBe(publishers[1]?.published);
    const { channel: logC } = await (await open(options)).openLog(CHANNEL);
    expect(conflictsOf(logA, logB, logC)).toEqual([]);
  },
);

test('a Redis that comes back with an older snapshot: what it lost is told, and its offsets are not given again', async (context) => {
  const { redis, open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const { channel: log } = await b.openLog(CHANNEL);
  const publisher = makePublisher(a, CHANNEL, 'a');
  const { channel: state } = await b.openState('state/x');
  a.put('state/x', 'k', 'saved');
  publisher.publish(10);
  await eventually(() => expect([countOf(log, 'a'), state.get('k')]).toEqual([10, 'saved']));
  const client = await createClient({ url: redis.url }).connect();
  await client.sendCommand(['SAVE']);
  client.destroy();
  publisher.publish(10);
  a.put('state/x', 'k', 'lost');
  await eventually(() => expect([countOf(log, 'a'), state.get('k')]).toEqual([20, 'lost']));
  const { epoch, nextOffset } = log;
  await redis.kill();
  await redis.start();
  for (const bus of [a, b]) await eventually(() => expect(bus.health().degraded).toBeUndefined());
  publisher.publish(10);
  await eventually(() => expect(countOf(log, 'a')).toBe(30));
  expect(log.epoch).not.toBe(epoch);
  expect(faultsOf(log)).toEqual([]);
  // Who comes new gets what is there, and is told what is not; who had more than that cannot resume as if nothing had been.
  const { channel: late } = await (await open()).openLog(CHANNEL);
  await eventually(() => expect(countOf(late, 'a')).toBe(20));
  expect(faultsOf(late)).toEqual([]);
  expect(late.seqAfter({ epoch, offset: nextOffset })).toBeUndefined();
  expect(late.seqAfter({ epoch, offset: 10 })).toBeDefined();
  expect(conflictsOf(log, late)).toEqual([]);
  // Redis has the older record, and all show the same.
  await eventually(() => expect(state.get('k')).toBe('saved'));
});

test('a Redis that stands still for 5 s: told within seconds, nothing lost, nothing twice', {
  timeout: 60_000,
}, async (context) => {
  const { redis, open } = await startBuses(context);
  const [a, b] = [await open(), await open()];
  const [{ channel: logA }, { channel: logB }] = [await a.openLog(CHANNEL), await b.openLog(CHANNEL)];
  const publisher = makePublisher(a, CHANNEL, 'a');
  const told: (string | undefined)[] = [];
  a.onHealth(() => told.push(a.health().degraded?.reason));
  redis.pause();
  for (let turn = 0; turn < 500; turn++) {
    publisher.publish();
    await sleep(10);
  }
  expect(a.health().degraded?.reason).toMatch(/^Redis: /);
  // Readers here did not have to wait for it.
  expect(countOf(logA, 'a')).toBeGreaterThan(100);
  redis.resume();
  for (let turn = 0; turn < 50; turn++) {
    publisher.publish();
    await sleep(10);
  }
  for (const log of [logA, logB]) await eventually(() => expect(countOf(log, 'a')).toBe(publisher.published));
  expect([...faultsOf(logA), ...faultsOf(logB)]).toEqual([]);
  await eventually(() => expect(told.at(-1)).toBeUndefined());
  // It lived all the time, so its epoch goes on and nobody was told of a loss.
  await eventually(() => expect(logA.epoch).toBe(logB.epoch));
  for (const log of [logA, logB])
    for (const value of valuesOf(log)) if (!Array.isArray(value)) expect(value).toMatchObject({ gap: { count: 0 } });
});

test('one server is cut off: it goes on for its own readers, and all is exchanged when it is back', {
  timeout: 60_000,
}, async (context) => {
  const { redis, open } = await startBuses(context);
  const proxy = await startProxy(redis.port);
  context.onTestFinished(proxy.close);
  const [a, b] = [await open(), await open({ redisUrl: proxy.url })];
  const [{ channel: logA }, { channel: logB }] = [await a.openLog(CHANNEL), await b.openLog(CHANNEL)];
  const publishers = [makePublisher(a, CHANNEL, 'a'), makePublisher(b, CHANNEL, 'b')];
  for (const round of ['freeze', 'cut'] as const) {
    proxy.freeze();
    if (round === 'cut') proxy.cut();
    await eventually(() => expect(b.health().degraded).toBeDefined());
    for (let turn = 0; turn < 100; turn++) {
      for (const publisher of publishers) publisher.publish();
      await sleep(1);
    }
    expect(a.health().degraded).toBeUndefined();
    await eventually(() => expect(lastOf(logB, 'b')).toBe((publishers[1]?.published ?? 0) - 1));
    const middle = logB.nextOffset;
    // A client that was here meanwhile can go on from its place here.
    expect(logB.seqAfter({ epoch: logB.epoch, offset: middle })).toBe(logB.nextSeq);
    proxy.thaw();
    proxy.cut();
    for (let turn = 0; turn < 100; turn++) {
      for (const publisher of publishers) publisher.publish();
      await sleep(1);
    }
    for (const log of [logA, logB])
      for (const [index, name] of ['a', 'b'].entries())
        await eventually(() => expect(countOf(log, name)).toBe(publishers[index]?.published));
    await eventually(() => expect(logB.epoch).toBe(logA.epoch));
  }
  expect([...faultsOf(logA), ...faultsOf(logB), ...conflictsOf(logA, logB)]).toEqual([]);
});

test('while Redis is away: what it must decide is refused at once, what can wait is answered when it is there', async (context) => {
  const { redis, open } = await startBuses(context);
  const bus = await open();
  const { channel: state } = await bus.openState('state/x');
  bus.put('state/x', 'k', 'before');
  await eventually(() => expect(state.get('k')).toBe('before'));
  const { cursor } = changesOf(state);
  await redis.kill();
  await eventually(() => expect(bus.health().degraded).toBeDefined());
  const refused = { ok: false, error: { code: 'bus-down' }, retryAfterMs: expect.any(Number) };
  expect(await published(bus, CHANNEL, events(1), 'key')).toMatchObject(refused);
  expect(await new Promise((onDone) => bus.put('state/x', 'k', 'mine', { ifOffset: 0, onDone }))).toMatchObject(
    refused,
  );
  const waiting: Published[] = [];
  bus.publish(CHANNEL, events(2), { onDone: (outcome) => waiting.push(outcome) });
  for (const value of [1, 2, 3]) bus.put('state/x', 'k', value, { onDone: (outcome) => waiting.push(outcome) });
  // Readers here see it now.
  expect(state.get('k')).toBe(3);
  expect(changesOf(state, cursor)).toMatchObject({ snapshot: true, puts: [['k', 3]] });
  expect(bus.stats()).toMatchObject({ refused: 2, queuedBytes: expect.any(Number) });
  expect(waiting).toEqual([]);
  // A channel can be opened all the same.
  const { channel: log } = await bus.openLog(CHANNEL);
  expect(valuesOf(log)).toContainEqual(2);
  await redis.start();
  await eventually(() => expect(waiting).toHaveLength(4));
  for (const outcome of waiting) expect(outcome.ok).toBe(true);
  await eventually(() => expect(state.epoch).not.toMatch(/^local/));
  expect(state.get('k')).toBe(3);
});

test('too much waits: the oldest is given up, its publisher is told, and so are readers elsewhere', async (context) => {
  const { redis, open } = await startBuses(context);
  const bus = await open({ busQueueBytes: 20_000 });
  const { channel: log } = await bus.openLog(CHANNEL);
  const publisher = makePublisher(bus, CHANNEL, 'a');
  publisher.publish();
  await eventually(() => expect(countOf(log, 'a')).toBe(1));
  await redis.kill();
  await eventually(() => expect(bus.health().degraded).toBeDefined());
  const outcomes: Published[] = [];
  bus.publish(CHANNEL, events('answered'), { onDone: (outcome) => outcomes.push(outcome) });
  for (let n = 0; n < 1_000; n++) publisher.publish();
  expect(bus.stats().queuedBytes).toBeLessThanOrEqual(20_000);
  expect(outcomes).toMatchObject([{ ok: false, error: { code: 'bus-down' }, retryAfterMs: expect.any(Number) }]);
  await redis.start();
  await eventually(() => expect(bus.stats().queuedBytes).toBe(0));
  const { channel: other } = await (await open()).openLog(CHANNEL);
  await eventually(() => expect(lastOf(other, 'a')).toBe(1_000));
  expect(faultsOf(other)).toEqual([]);
  const gap = valuesOf(other).find((value) => !Array.isArray(value)) as { gap: { count: number; why: string } };
  // All that is missing, and the answered one.
  expect(gap.gap).toMatchObject({ why: 'link-lost', count: 1_001 - countOf(other, 'a') });
  await eventually(() => expect(countOf(log, 'a')).toBe(1_001));
});

test('without Redis a server starts degraded, and stops without waiting for it', async (context) => {
  const { redis, open } = await startBuses(context);
  await redis.kill();
  const bus = await open();
  expect(bus.health().degraded?.reason).toContain('ECONNREFUSED');
  const { channel: log } = await bus.openLog(CHANNEL);
  bus.publish(CHANNEL, events(1));
  await eventually(() => expect(valuesOf(log)).toContainEqual(1));
  await redis.start();
  await eventually(() => expect(bus.health().degraded).toBeUndefined());
  await eventually(() => expect(log.epoch).not.toMatch(/^local/));
  expect(valuesOf(log).filter((value) => value === 1)).toEqual([1]);
  redis.pause();
  bus.publish(CHANNEL, events(2));
  await bus.close();
  redis.resume();
});
