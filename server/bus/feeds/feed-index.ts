import { hash } from 'node:crypto';
import { FEED_INDEX, type FeedListing } from '../../../src/contract/upstream/redis.ts';
import type { Clock } from '../../clock.ts';
import type { FeedStats } from './feed-stats.ts';
import type { FeedBus } from './feed-target.ts';

/** How often the index is looked over, ms. */
const EVERY_MS = 2_000;
/** Told again although nothing changed, well within {@link TTL_MS}, ms. */
const AGAIN_MS = 20_000;
/** What nobody tells any more goes by itself: its server was killed, ms. */
const TTL_MS = 60_000;

/** What is told of one feed, besides what it is simulated by. */
export const listingOf = (stats: FeedStats, now: number, simulated: boolean): FeedListing => ({
  source: stats.source,
  from: stats.from,
  to: stats.to,
  state: stats.state.is,
  words: stats.words,
  received: stats.received,
  delivered: stats.delivered,
  dropped: stats.dropped,
  gaps: stats.gaps,
  reconnects: stats.reconnects,
  lastAt: stats.lastAgeMs === undefined ? undefined : now - stats.lastAgeMs,
  simulated,
});

/** Keys are short and have few letters; names of channels are neither. */
export const indexKey = ({ source, from, to }: Pick<FeedListing, 'source' | 'from' | 'to'>): string =>
  hash('sha256', `${source}\n${from}\n${to}`, 'base64url');

/** Tells readers which feeds there are, on a channel of its own. Who stands by says nothing: another server knows better. */
export class FeedIndex {
  readonly #bus: FeedBus;
  readonly #clock: Clock;
  readonly #listings: () => readonly FeedListing[];
  readonly #told = new Map<string, { readonly text: string; readonly at: number }>();
  #cancel: () => void = () => undefined;

  constructor(bus: FeedBus, clock: Clock, listings: () => readonly FeedListing[]) {
    this.#bus = bus;
    this.#clock = clock;
    this.#listings = listings;
    this.#tell();
  }

  close(): void {
    this.#cancel();
    for (const key of this.#told.keys()) this.#bus.del(FEED_INDEX, key);
    this.#told.clear();
  }

  #tell(): void {
    const now = this.#clock.now();
    for (const listing of this.#listings()) {
      if (listing.state === 'standby') continue;
      const key = indexKey(listing);
      const text = JSON.stringify(listing);
      const told = this.#told.get(key);
      if (told?.text === text && now - told.at < AGAIN_MS) continue;
      this.#told.set(key, { text, at: now });
      this.#bus.put(FEED_INDEX, key, JSON.parse(text), { ttlMs: TTL_MS });
    }
    this.#cancel = this.#clock.schedule(EVERY_MS, () => this.#tell());
  }
}
