import type { FeedRecord } from '../../src/contract/upstream/redis.ts';
import { DEFAULT_CHANNELS, DEFAULT_STREAMS } from '../bus/feeds/default-feeds.ts';
import type { FeedParts } from '../bus/feeds/feed.ts';
import { FeedIndex, listingOf } from '../bus/feeds/feed-index.ts';
import { FeedTally } from '../bus/feeds/feed-stats.ts';
import { type FeedBus, FeedTarget } from '../bus/feeds/feed-target.ts';
import { PubSubFeed } from '../bus/feeds/pubsub-feeds.ts';
import { readEntry } from '../bus/feeds/read-entry.ts';
import { parseGlob } from '../bus/feeds/redis-glob.ts';
import { escapeKey } from '../bus/feeds/state-key.ts';
import type { Clock } from '../clock.ts';
import { alerts, beat, work } from './redis/agents.ts';
import { flights, measured, mycorrhizae, packets, world } from './redis/places.ts';
import type { Said } from './redis/said.ts';

const SOURCE = 'simulated';

/** How often each kind of message comes, ms. The platform's own beats where it has any. */
const RHYTHM: readonly (readonly [everyMs: number, say: (now: number, count: number) => readonly Said[]])[] = [
  [15_000, beat],
  [7_000, work],
  [20_000, alerts],
  [1_000, measured],
  [2_000, mycorrhizae],
  [3_000, packets],
  [5_000, world],
];
const FLIGHTS_MS = 10_000;

/**
 * The platform's Redis feeds where there is no Redis: publishers are pretended, and what they say goes through the feeds' own reading into
 * the usual channels, each record marked as simulated. Returns how to stop.
 */
export function simulateFeeds(bus: FeedBus, clock: Clock): () => void {
  const lab = new SimulatedFeeds(marking(bus), clock);
  const index = new FeedIndex(bus, clock, () => lab.listings());
  const cancels = new Set<() => void>();
  let stopped = false;

  const every = (ms: number, act: (count: number) => void): void => {
    let count = 0;
    const turn = (): void => {
      if (stopped) return;
      act(count++);
      const cancel = clock.schedule(ms, () => {
        cancels.delete(cancel);
        turn();
      });
      cancels.add(cancel);
    };
    turn();
  };
  for (const [ms, say] of RHYTHM)
    every(ms, (count) => {
      for (const said of say(clock.now(), count)) lab.publish(said);
    });
  every(FLIGHTS_MS, () => lab.snapshot('crep:flights', flights(clock.now())));

  return () => {
    stopped = true;
    for (const cancel of cancels) cancel();
    index.close();
  };
}

/** Everything that goes onto the bus from here says that it is invented. */
const marking = (bus: FeedBus): FeedBus => ({
  publish: (channel, publication, options) =>
    bus.publish(
      channel,
      publication.t === 'events' ? { ...publication, records: publication.records.map(marked) } : publication,
      options,
    ),
  put: (channel, key, record, options) => bus.put(channel, key, marked(record), options),
  del: (channel, key, options) => bus.del(channel, key, options),
});

const marked = (record: unknown): unknown => {
  const { flags, ...rest } = record as FeedRecord;
  return { ...rest, flags: [...flags, 'simulated'] };
};

class SimulatedFeeds {
  readonly #clock: Clock;
  readonly #channels: readonly { readonly matches: (name: string) => boolean; readonly feed: PubSubFeed }[];
  readonly #streams: ReadonlyMap<string, FeedParts>;
  readonly #flying = new Map<string, ReadonlySet<string>>();
  #entries = 0;

  constructor(bus: FeedBus, clock: Clock) {
    this.#clock = clock;
    const parts = (from: string, to: string): FeedParts => ({
      tally: new FeedTally({ source: SOURCE, from, to }, () => undefined),
      target: new FeedTarget(bus, clock, to),
      clock,
      isOurs: () => true,
      log: () => undefined,
    });
    this.#channels = DEFAULT_CHANNELS.map((how) => {
      const glob = parseGlob(how.pattern);
      return { matches: (name) => glob.matches(name), feed: new PubSubFeed(how, parts(how.pattern, how.to)) };
    });
    this.#streams = new Map(DEFAULT_STREAMS.map(({ key, to }) => [key, parts(key, to)]));
    for (const { tally } of this.#all()) tally.state = { is: 'silent', since: clock.now() };
  }

  listings() {
    const now = this.#clock.now();
    return [...this.#all()].map(({ tally }) => listingOf(tally.stats(now), now, true));
  }

  publish({ on, text }: Said): void {
    const stream = this.#streams.get(on);
    if (stream !== undefined) {
      this.#append(on, text, stream);
      return;
    }
    for (const { matches, feed } of this.#channels) if (matches(on)) feed.take(Buffer.from(text), Buffer.from(on));
  }

  /** Replaces what was there: absent is gone. */
  snapshot(key: string, items: readonly object[]): void {
    const stream = this.#streams.get(key);
    if (stream === undefined) return;
    const { target, tally } = stream;
    const now = this.#clock.now();
    tally.received(now);
    const seen = new Set<string>();
    for (const data of items) {
      const stateKey = escapeKey(String((data as { readonly id?: unknown }).id));
      if (stateKey === undefined) continue;
      seen.add(stateKey);
      const record: FeedRecord = {
        from: key,
        source: null,
        at: now,
        atFrom: 'payload',
        data,
        flags: [],
        entry: this.#id(now),
      };
      target.put(stateKey, record, undefined, () => undefined);
    }
    for (const gone of this.#flying.get(key) ?? []) if (!seen.has(gone)) target.del(gone, () => undefined);
    this.#flying.set(key, seen);
    tally.count('delivered');
  }

  #append(key: string, text: string, { target, tally }: FeedParts): void {
    const now = this.#clock.now();
    tally.received(now);
    const read = readEntry(key, { id: this.#id(now), fields: [Buffer.from('data'), Buffer.from(text)] });
    if (read.ok) target.append(read.record, { onDone: ({ ok }) => tally.count(ok ? 'delivered' : 'bus-refused') });
    else tally.count(read.why);
  }

  #id(now: number): string {
    return `${now}-${this.#entries++}`;
  }

  *#all(): Iterable<{ readonly tally: FeedTally }> {
    for (const { feed } of this.#channels) yield feed;
    yield* this.#streams.values();
  }
}
