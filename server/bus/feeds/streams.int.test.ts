import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { Bus } from '../bus.ts';
import { openFeeds } from './open-feeds.ts';
import { parseFeeds } from './read-config.ts';
import { connect, makeBus, open, readAll, startRedis, statOf, until } from './test-lab.ts';

const MESH = 'mesh:packets';
const FLIGHTS = 'crep:flights';
const feedsOf = (url: string) =>
  parseFeeds(
    {
      sources: [
        {
          name: 'redis',
          url,
          streams: [
            { key: MESH, to: 'events/feed/mesh', how: 'tail', last: 3 },
            { key: FLIGHTS, to: 'state/feed/flights', how: 'snapshot', everyMs: 200 },
          ],
        },
      ],
    },
    {},
    'test',
  );
const packet = (n: number) => ({ data: JSON.stringify({ n }) });
const numbers = (order: readonly unknown[]) =>
  order.map((one) => (typeof one === 'string' ? one : (one as { n: number }).n));
const meshOf = async (bus: Bus) => numbers((await readAll(bus, 'events/feed/mesh')).order);
const isUp = (feeds: ReturnType<typeof openFeeds>) =>
  until(() => expect(['silent', 'live']).toContain(statOf(feeds, MESH).state.is));

test('a tail: the newest first, then each entry once, also when the connection was away', async () => {
  const redis = await startRedis();
  const client = await connect(redis);
  for (let n = 1; n <= 5; n++) await client.xAdd(MESH, `${n}-0`, packet(n));
  const bus = makeBus();
  const feeds = open(openFeeds(feedsOf(redis.url), bus, systemClock));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(3));
  await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
  for (let n = 6; n <= 8; n++) await client.xAdd(MESH, `${n}-0`, packet(n));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(6));
  // Nothing was lost while it was away, so nothing is said to be.
  expect(await meshOf(bus)).toEqual([3, 4, 5, 6, 7, 8]);
  expect((await readAll(bus, 'events/feed/mesh')).records[0]).toMatchObject({
    from: MESH,
    entry: '3-0',
    at: 3,
    atFrom: 'entry-id',
  });
});

test('a stream that was evicted and made anew with lower ids is read from its beginning, after a gap', async () => {
  const redis = await startRedis();
  const client = await connect(redis);
  await client.xAdd(MESH, '1000-0', packet(1));
  const bus = makeBus();
  const feeds = open(openFeeds(feedsOf(redis.url), bus, systemClock));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(1));
  await client.del(MESH);
  await client.xAdd(MESH, '5-0', packet(2));
  await client.xAdd(MESH, '6-0', packet(3));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(3));
  expect(await meshOf(bus)).toEqual([1, 'epoch-changed', 2, 3]);
});

test('entries that were trimmed before they could be read are a gap', async () => {
  const redis = await startRedis();
  const client = await connect(redis);
  await client.xAdd(MESH, '1-0', packet(1));
  const bus = makeBus();
  const feeds = open(openFeeds(feedsOf(redis.url), bus, systemClock));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(1));
  // In one transaction, so that the reader sees only what is left.
  const many = client.multi();
  for (let n = 2; n <= 20; n++) many.xAdd(MESH, `${n}-0`, packet(n));
  many.xTrim(MESH, 'MAXLEN', 2);
  await many.exec();
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(3));
  expect(await meshOf(bus)).toEqual([1, 'history-trimmed', 19, 20]);
});

test('a Redis that comes back without its stream: a gap, then what is new', async () => {
  const redis = await startRedis();
  const client = await connect(redis);
  await client.xAdd(MESH, '*', packet(1));
  const bus = makeBus();
  const feeds = open(openFeeds(feedsOf(redis.url), bus, systemClock));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(1));
  await redis.kill();
  await until(() => expect(statOf(feeds, MESH).state.is).toBe('retrying'));
  await redis.start();
  await isUp(feeds);
  const again = await connect(redis);
  await again.xAdd(MESH, '*', packet(2));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(2));
  expect(await meshOf(bus)).toEqual([1, 'epoch-changed', 2]);
});

test('malformed entries are counted and the next one is read', async () => {
  const redis = await startRedis();
  const client = await connect(redis);
  const bus = makeBus();
  const feeds = open(openFeeds(feedsOf(redis.url), bus, systemClock));
  await isUp(feeds);
  await client.xAdd(MESH, '*', { payload: '{}' });
  await client.xAdd(MESH, '*', { data: '{"n":' });
  await client.xAdd(MESH, '*', { data: `"${'x'.repeat(262_144)}"` });
  await client.xAdd(MESH, '*', packet(1));
  await until(() => expect(statOf(feeds, MESH).delivered).toBe(1));
  expect(statOf(feeds, MESH)).toMatchObject({
    received: 4,
    dropped: { 'no-data-field': 1, 'bad-json': 1, oversize: 1 },
  });
});

test('a snapshot replaces the one before: what is absent is gone', async () => {
  const redis = await startRedis();
  const client = await connect(redis);
  const bus = makeBus();
  const feeds = open(openFeeds(feedsOf(redis.url), bus, systemClock));
  const state = (await bus.openState('state/feed/flights')).channel;
  const keys = () => [...state.entries()].map(([key]) => key).sort();
  const snapshot = (...ids: string[]) => ({ data: JSON.stringify(ids.map((id) => ({ id, type: 'aircraft' }))) });
  await client.xAdd(FLIGHTS, '100-0', snapshot('never shown'));
  await client.xAdd(FLIGHTS, '101-0', snapshot('ac-1', 'ac 2'));
  await until(() => expect(keys()).toEqual(['ac-1', 'ac.202']));
  expect(state.get('ac-1')).toEqual({
    from: FLIGHTS,
    source: null,
    at: 101,
    atFrom: 'entry-id',
    data: { id: 'ac-1', type: 'aircraft' },
    flags: [],
    entry: '101-0',
  });
  await client.xAdd(FLIGHTS, '102-0', snapshot('ac-3'));
  await until(() => expect(keys()).toEqual(['ac-3']));
  await client.xAdd(FLIGHTS, '103-0', { data: '{"no":"array"}' });
  await until(() => expect(statOf(feeds, FLIGHTS).dropped).toEqual({ 'not-a-snapshot': 1 }));
  expect(keys()).toEqual(['ac-3']);
  await client.xAdd(FLIGHTS, '104-0', snapshot());
  await until(() => expect(keys()).toEqual([]));
});
