import type { FeedRecord } from '../../../src/contract/upstream/redis.ts';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import type { BusPublication } from '../../bus/bus.ts';
import { DEFAULT_CHANNELS, DEFAULT_STREAMS } from '../../bus/feeds/default-feeds.ts';
import type { FeedParts } from '../../bus/feeds/feed.ts';
import { FeedTally } from '../../bus/feeds/feed-stats.ts';
import { FeedTarget } from '../../bus/feeds/feed-target.ts';
import { PubSubFeed } from '../../bus/feeds/pubsub-feeds.ts';
import { readEntry, readSnapshot } from '../../bus/feeds/read-entry.ts';
import { drop, MAX_MESSAGE_BYTES, readJson } from '../../bus/feeds/read-message.ts';
import { parseGlob } from '../../bus/feeds/redis-glob.ts';
import { splitArray } from '../../bus/feeds/split-array.ts';
import { keyAt, unescapeKey } from '../../bus/feeds/state-key.ts';
import { recordingBus } from '../../bus/feeds/test-bus.ts';
import { withheldBecause } from '../../bus/feeds/withhold.ts';
import { FakeClock } from '../../fake-clock.ts';

/** What a server's feeds make of one message: the record that goes on, or why none does. */
export type FedFeed =
  | { readonly is: 'record'; readonly record: FeedRecord; readonly to: string }
  | { readonly is: 'dropped'; readonly why: string; readonly flags: readonly string[] }
  | { readonly is: 'withheld'; readonly why: string };

const NOT_LISTED = { is: 'withheld', why: 'not_on_allow_list' } as const;

/** The usual feeds of a server, without a Redis: the same code reads what is handed to it here. */
export class FedFeeds {
  readonly clock = new FakeClock();
  readonly #lab = recordingBus();
  readonly #channels: readonly { readonly matches: (name: string) => boolean; readonly feed: PubSubFeed }[];
  readonly #snapshots = new Map<string, ReadonlySet<string>>();

  constructor() {
    const parts = (from: string, to: string): FeedParts => ({
      tally: new FeedTally({ source: 'redis', from, to }, () => undefined),
      target: new FeedTarget(this.#lab.bus, this.clock, to),
      clock: this.clock,
      isOurs: () => true,
      log: () => undefined,
    });
    this.#channels = DEFAULT_CHANNELS.filter(({ to }) => to.startsWith('events/')).map((how) => {
      const glob = parseGlob(how.pattern);
      return { matches: (name) => glob.matches(name), feed: new PubSubFeed(how, parts(how.pattern, how.to)) };
    });
  }

  message(channel: string, bytes: Buffer): FedFeed {
    const feed = this.#channels.find(({ matches }) => matches(channel))?.feed;
    if (feed === undefined) return NOT_LISTED;
    if (withheldBecause(channel) !== undefined) return { is: 'withheld', why: 'device_command_not_on_allow_list' };
    const before = { ...feed.tally.stats(this.clock.now()).dropped };
    feed.take(bytes, Buffer.from(channel));
    const published = this.#lab.taken.splice(0).at(-1);
    if (published !== undefined)
      return { is: 'record', record: recordOf(published.publication), to: published.channel };
    const after = feed.tally.stats(this.clock.now()).dropped;
    const why = Object.entries(after).find(([reason, count]) => count !== before[reason as keyof typeof before])?.[0];
    return { is: 'dropped', why: why ?? 'nothing', flags: [] };
  }

  entry(key: string, id: string, fields: Readonly<Record<string, unknown>>): FedFeed {
    const how = DEFAULT_STREAMS.find((stream) => stream.key === key);
    if (how === undefined) return NOT_LISTED;
    const read = readEntry(key, { id, fields: bytesOf(fields) });
    return read.ok ? { is: 'record', record: read.record, to: how.to } : { is: 'dropped', why: read.why, flags: [] };
  }

  static isSnapshot(key: string): boolean {
    return DEFAULT_STREAMS.some((stream) => stream.key === key && stream.how === 'snapshot');
  }

  /** A whole snapshot by the ids of its items, and what went because it is not in it any more. */
  snapshot(key: string, id: string, fields: Readonly<Record<string, unknown>>) {
    const read = readSnapshot(key, { id, fields: bytesOf(fields) });
    if (!read.ok) return read;
    const items = splitArray(read.array);
    const ids: string[] = [];
    const dropped: string[] = [];
    let next = items.next();
    for (let at = 0; next.done !== true; at++, next = items.next()) {
      const item = readJson(next.value, MAX_MESSAGE_BYTES);
      const stateKey = item.ok ? keyAt(item.value, ['id']) : undefined;
      if (stateKey === undefined) dropped.push(`[${at}]`);
      else ids.push(unescapeKey(stateKey));
    }
    if (!next.value) return drop('bad-json');
    const before = this.#snapshots.get(key) ?? new Set<string>();
    const now = new Set(ids);
    this.#snapshots.set(key, now);
    return { ok: true as const, about: read.about, ids, removed: [...before].filter((one) => !now.has(one)), dropped };
  }
}

export const bytesOf = (fields: Readonly<Record<string, unknown>>): Buffer[] =>
  Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from(name),
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);

function recordOf(publication: BusPublication): FeedRecord {
  const [record] = publication.t === 'events' ? publication.records : [];
  if (!isJsonObject(record)) throw new Error('the feed published no record');
  return record as unknown as FeedRecord;
}
