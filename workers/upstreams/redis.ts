import { channelKind, isRestrictedFeed } from '../../src/contract/channel.ts';
import { FEED_INDEX, type FeedListing, REDIS_PARTS, type RedisFeed } from '../../src/contract/upstream/redis.ts';
import { isJsonObject } from '../../src/decode/json-object.ts';
import type { Out } from '../../src/upstreams/out.ts';
import { RedisReader } from '../../src/upstreams/redis/reader.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import type { RelayStateChange } from './line.ts';
import { ALWAYS, partsOf } from './redis/feed-parts.ts';
import { FeedReading } from './redis/feed-reading.ts';

/** The platform's Redis feeds, which our server brings in: found by its index, read while somebody wants what they fill. */
export const redisAdapter: AdapterKind = {
  id: 'redis',
  name: 'Redis feeds',
  parts: REDIS_PARTS,
  start,
};

const MAX_FEEDS = 256;
/** It is told every few seconds while anything changes; a feed that is quiet changes nothing. */
const INDEX_STALE_MS = 300_000;

function start(host: AdapterHost): Adapter {
  const reader = new RedisReader();
  const listed = new Map<string, FeedListing>();
  /** Also of feeds that are not listed now: what was read is not read again when they come back. */
  const readings = new Map<string, FeedReading>();

  const look = (): void => {
    const active = activeOf([...listed.values()]);
    for (const [key, reading] of readings)
      reading.want(active.has(key) && reading.parts.some((part) => ALWAYS.has(part) || host.wanted(part)));
  };

  function changed({ snapshot, puts, dels }: RelayStateChange, out: Out): void {
    const gone = snapshot ? [...listed.keys()].filter((key) => !puts.some(([put]) => put === key)) : [];
    for (const key of [...gone, ...dels]) {
      const listing = listed.get(key);
      if (listing !== undefined) out.remove('feeds', [feedKey(listing)]);
      listed.delete(key);
    }
    for (const [key, value] of puts) {
      if (isListing(value) && (listed.size < MAX_FEEDS || listed.has(key))) put(key, value, out);
      else out.count('dropped', isListing(value) ? 'too-many-feeds' : 'bad-feed-listing');
    }
    look();
  }

  function put(key: string, listing: FeedListing, out: Out): void {
    listed.set(key, listing);
    out.put('feeds', feedKey(listing), feedOf(listing, host));
    const known = readings.get(feedKey(listing));
    if (known === undefined && readings.size < MAX_FEEDS && partsOf(listing.from).length > 0)
      readings.set(feedKey(listing), new FeedReading(listing, host, reader));
    readings.get(feedKey(listing))?.listed(listing);
  }

  const index = host.relayed({
    name: 'index',
    channel: FEED_INDEX,
    staleMs: INDEX_STALE_MS,
    silentMs: Number.POSITIVE_INFINITY,
    onRecords: ({ change }, out) => {
      if (change !== undefined) changed(change, out);
    },
  });
  index.start();
  return { demand: look };
}

const feedKey = ({ source, from, to }: FeedListing): string => `${source}.${from}>${to}`;

/** Which feeds are read. The latest of each agent is kept on a channel of its own; its events would be the same again. */
function activeOf(listings: readonly FeedListing[]): ReadonlySet<string> {
  const hasState = ({ source, from }: FeedListing): boolean =>
    listings.some((other) => other.source === source && other.from === from && channelKind(other.to) === 'state');
  return new Set(
    listings
      .filter((one) => one.from !== 'agents:status' || channelKind(one.to) === 'state' || !hasState(one))
      .map(feedKey),
  );
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
