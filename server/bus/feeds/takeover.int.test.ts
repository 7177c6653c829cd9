import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { Bus } from '../bus.ts';
import { openFeeds } from './open-feeds.ts';
import { connect, isSubscribed, makeBus, only, open, readAll, startRedis, statOf, until } from './test-lab.ts';

/** Another server on the same bus, as far as feeds can tell. */
const serverOn = (bus: Bus, node: string): Bus => ({ ...bus, engine: 'redis', node });

test('of two servers one reads; when it stops the other goes on, after a gap', async () => {
  const redis = await startRedis();
  const bus = makeBus();
  const config = only(redis.url, ['a']);
  const first = openFeeds(config, serverOn(bus, 'one'), systemClock);
  await until(() => expect(statOf(first, 'a').state.is).toBe('silent'));
  const second = open(openFeeds(config, serverOn(bus, 'two'), systemClock));
  const client = await connect(redis);
  await client.publish('a', '1');
  await until(() => expect(statOf(first, 'a').delivered).toBe(1));
  expect(statOf(second, 'a').words).toBe('another server reads this source');
  await first.close();
  await until(() => expect(statOf(second, 'a').state.is).toBe('silent'));
  await client.publish('a', '2');
  await until(() => expect(statOf(second, 'a').delivered).toBe(1));
  expect((await readAll(bus, 'events/feed/a')).order).toEqual([1, 'owner-changed', 2]);
});

test('a stream goes on where the other server left off: nothing missing, nothing twice, no gap', async () => {
  const redis = await startRedis();
  const bus = makeBus();
  const config = only(redis.url, [], [{ key: 's', to: 'events/feed/s', how: 'tail' }]);
  const first = openFeeds(config, serverOn(bus, 'one'), systemClock);
  const client = await connect(redis);
  await client.xAdd('s', '*', { data: '1' });
  await until(() => expect(statOf(first, 's').delivered).toBe(1));
  const second = open(openFeeds(config, serverOn(bus, 'two'), systemClock));
  await client.xAdd('s', '*', { data: '2' });
  await until(() => expect(statOf(first, 's').delivered).toBe(2));
  await first.close();
  await client.xAdd('s', '*', { data: '3' });
  await until(() => expect(statOf(second, 's').delivered).toBe(1));
  expect((await readAll(bus, 'events/feed/s')).order).toEqual([1, 2, 3]);
});

test('a Redis that freezes is noticed, and the loss is told when it thaws', async () => {
  const redis = await startRedis();
  const bus = makeBus();
  const feeds = open(openFeeds(only(redis.url, ['a']), bus, systemClock));
  await isSubscribed(feeds);
  redis.signal('SIGSTOP');
  await until(() => expect(statOf(feeds, 'a').words).toMatch(/^retrying at .*: no answer for 10 s/));
  redis.signal('SIGCONT');
  await until(() => expect(statOf(feeds, 'a').gaps).toBe(1));
  expect((await readAll(bus, 'events/feed/a')).order).toEqual(['link-lost']);
});
