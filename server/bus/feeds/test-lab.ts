import { afterEach, expect, vi } from 'vitest';
import type { Gap } from '../../../src/contract/channel.ts';
import type { FromRelay } from '../../../src/contract/from-relay.ts';
import type { FeedRecord } from '../../../src/contract/upstream/redis.ts';
import { systemClock } from '../../clock.ts';
import { DEFAULT_LIMITS } from '../../config.ts';
import type { Bus } from '../bus.ts';
import { payloadOf } from '../encode.ts';
import { makeMemoryBus } from '../memory.ts';
import { Pulse } from '../pulse.ts';
import { ForeignRedis } from './foreign-redis.ts';
import type { Feeds } from './open-feeds.ts';
import { parseFeeds } from './read-config.ts';

export const cleanups: (() => unknown)[] = [];
/** Ends what the test began. */
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

export async function startRedis(...args: string[]): Promise<ForeignRedis> {
  const redis = await ForeignRedis.start(...args);
  cleanups.push(() => redis.kill());
  return redis;
}

export async function connect(redis: ForeignRedis, password?: string) {
  const client = await redis.client(password);
  cleanups.push(() => client.isOpen && client.destroy());
  return client;
}

export function makeBus(): Bus {
  const pulse = new Pulse({ windowMs: 5 });
  const bus = makeMemoryBus({ ...DEFAULT_LIMITS, eventsLogBytes: 64 * 2 ** 20 }, systemClock, pulse);
  cleanups.push(async () => {
    pulse.close();
    await bus.close();
  });
  return bus;
}

export function open(feeds: Feeds): Feeds {
  cleanups.push(() => feeds.close());
  return feeds;
}

/** Everything on an events channel so far, in order: data of records, and why of gaps. */
export async function readAll(bus: Bus, channel: string) {
  // What was published just now is sealed within the bus's window of 5 ms.
  await new Promise((resolve) => setTimeout(resolve, 30));
  const { channel: log } = await bus.openLog(channel);
  const records: FeedRecord[] = [];
  const gaps: Gap[] = [];
  const order: unknown[] = [];
  for (let seq = log.firstSeq; seq < log.nextSeq; seq++) {
    const entry = log.entry(seq);
    if (entry === undefined) continue;
    const message: FromRelay = JSON.parse(payloadOf(entry).toString());
    if (message.t === 'events') {
      records.push(...(message.records as FeedRecord[]));
      order.push(...message.records.map((record) => (record as FeedRecord).data));
    } else if (message.t === 'gap') {
      gaps.push(message.gap);
      order.push(message.gap.why);
    }
  }
  return { records, gaps, order };
}

export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
export const statOf = (feeds: Feeds, from: string) => {
  const found = feeds.stats().find((stat) => stat.from === from);
  if (found === undefined) throw new Error(`no feed ${from}`);
  return found;
};
export const isSubscribed = (feeds: Feeds) =>
  until(() => expect(feeds.stats().map(({ state }) => state.is)).not.toContain('connecting'));
export const wrap = (channel: string, data: unknown, timestamp: string) =>
  JSON.stringify({ channel, data, timestamp, source: 'test', message_id: null });

/** Feeds of these channels alone. */
export function only(url: string, patterns: readonly string[], streams: readonly object[] = []) {
  const channels = patterns.map((pattern) => ({ pattern, to: `events/feed/${pattern.replace('*', '')}` }));
  return parseFeeds({ sources: [{ name: 'redis', url, channels, streams }] }, {}, 'test');
}
