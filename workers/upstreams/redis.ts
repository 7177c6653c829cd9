import { channelKind, isRestrictedFeed } from '../../src/contract/channel.ts';
import { FEED_INDEX, type FeedListing, REDIS_PARTS, type RedisFeed } from '../../src/contract/upstream/redis.ts';
import { isJsonObject } from '../../src/decode/json-object.ts';
import { RedisReader } from '../../src/upstreams/redis/reader.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import { ALWAYS } from './redis/feed-parts.ts';
import { FeedReading } from './redis/feed-reading.ts';

/** The platform's Redis feeds, which our server brings in: found by its index, read while somebody wants what they fill. */
export const redisAdapter: AdapterKind = {
  id: 'redis',
  name: 'Redis feeds',
  parts: REDIS_PARTS,
  start,
};

const MAX_FEEDS = 256;

function start(host: AdapterHost): Adapter {
  const { relay } = host;
  const reader = new RedisReader();
  const readings = new Map<string, FeedReading>();
  if (relay === undefined) return {};

  const look = (): void => {
    for (const reading of readings.values())
      reading.want(reading.parts.some((part) => ALWAYS.has(part) || host.wanted(part)));
  };

  const listed = new Map<string, FeedListing>();
  const stopIndex = relay.read(FEED_INDEX, (_records, _gap, change) => {
    if (change === undefined) return;
    const gone = change.snapshot ? [...listed.keys()].filter((key) => !change.puts.some(([put]) => put === key)) : [];
    for (const key of [...gone, ...change.dels]) {
      const listing = listed.get(key);
      if (listing === undefined) continue;
      listed.delete(key);
      host.out.remove('feeds', [feedKey(listing)]);
      readings.get(feedKey(listing))?.close();
      readings.delete(feedKey(listing));
    }
    for (const [key, value] of change.puts) {
      if (!isListing(value) || (listed.size >= MAX_FEEDS && !listed.has(key))) {
        host.out.count('dropped', isListing(value) ? 'too-many-feeds' : 'bad-feed-listing');
        continue;
      }
      listed.set(key, value);
      host.out.put('feeds', feedKey(value), feedOf(value, host));
      if (!readings.has(feedKey(value))) readings.set(feedKey(value), new FeedReading(value, host, relay, reader));
    }
    leaveOutDoubles(readings, listed);
    look();
  });

  return {
    demand: look,
    stop() {
      stopIndex();
      for (const reading of readings.values()) reading.close();
    },
  };
}

const feedKey = ({ source, from, to }: FeedListing): string => `${source}.${from}>${to}`;

/** The latest of each agent is kept on a channel of its own; reading its events as well would be the same again. */
function leaveOutDoubles(readings: Map<string, FeedReading>, listed: ReadonlyMap<string, FeedListing>): void {
  const states = [...listed.values()].filter(({ to }) => channelKind(to) === 'state');
  for (const listing of listed.values()) {
    const isDouble = channelKind(listing.to) !== 'state' && listing.from === 'agents:status';
    if (!isDouble || !states.some(({ source, from }) => source === listing.source && from === listing.from)) continue;
    readings.get(feedKey(listing))?.close();
    readings.delete(feedKey(listing));
  }
}

const isListing = (value: unknown): value is FeedListing =>
  isJsonObject(value) &&
  typeof value.source === 'string' &&
  typeof value.from === 'string' &&
  typeof value.to === 'string' &&
  channelKind(value.to) !== undefined &&
  typeof value.words === 'string';

function feedOf(listing: FeedListing, host: AdapterHost): RedisFeed {
  const simulated = listing.simulated || host.simulated;
  return {
    ...listing,
    t: 'feed',
    server: listing.source,
    isRestricted: isRestrictedFeed(listing.to),
    at: listing.lastAt ?? host.now(),
    atFrom: listing.lastAt === undefined ? 'arrival' : 'source',
    rx: host.now(),
    source: listing.source,
    provenance: simulated ? 'simulated' : 'measured',
    flags: simulated ? ['simulated'] : [],
  };
}
