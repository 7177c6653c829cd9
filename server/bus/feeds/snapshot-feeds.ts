import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import type { Bus, Published } from '../bus.ts';
import { Feed, type FeedParts } from './feed.ts';
import type { StreamFeed } from './feed-config.ts';
import { MAX_MESSAGE_BYTES, MAX_SNAPSHOT_BYTES, readEntry, type StreamEntry } from './read-message.ts';
import { isRefusal, type OpenLink, reasonOf, sleep } from './redis-link.ts';
import { keyAt, valueAt } from './state-key.ts';
import { idAfter, type StreamId } from './stream-id.ts';
import { entriesOf } from './stream-reply.ts';

const DEFAULT_EVERY_MS = 1_000;
/** Looks at the newest entry whatever its id: a stream that was made anew can count from below. */
const ANEW_EVERY_MS = 15_000;
const TICK_MS = 200;
/** Items that are put before the event loop and the bus get their turn. */
const CHUNK = 256;

/** A stream of which only the newest entry matters: it replaces what was there. */
export class SnapshotFeed extends Feed {
  readonly key: string;
  readonly #ids: readonly string[];
  readonly #everyMs: number;
  #last: StreamId | undefined;
  #known = new Set<string>();
  #nextAt = Number.NEGATIVE_INFINITY;
  #anewAt = Number.NEGATIVE_INFINITY;

  constructor(how: StreamFeed, parts: FeedParts) {
    super(parts);
    this.key = how.key;
    this.#ids = how.id ?? ['id'];
    this.#everyMs = how.everyMs ?? DEFAULT_EVERY_MS;
  }

  /** Finds what an earlier life or another server put, so that it goes when it is absent from the next snapshot. */
  async remember(bus: Bus): Promise<void> {
    const opened = await bus.openState(this.target.channel);
    this.#known = new Set(
      [...opened.channel.entries()].filter(([, record]) => valueAt(record, 'from') === this.key).map(([key]) => key),
    );
    opened.close();
  }

  /** Reads if it is time to. */
  async look(link: OpenLink): Promise<void> {
    const now = this.clock.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + this.#everyMs;
    const isAnew = this.#last === undefined || now >= this.#anewAt;
    if (isAnew) this.#anewAt = now + ANEW_EVERY_MS;
    const after = this.#last === undefined || isAnew ? '-' : idAfter(this.#last);
    const [entry] = entriesOf(await link.send(['XREVRANGE', this.key, '+', after, 'COUNT', '1']));
    this.back(false);
    if (entry === undefined || entry.id === this.#last) return;
    const isDone = await this.#replace(entry, now, link.signal);
    // What the bus could not take is read again in a second.
    this.#last = isDone ? entry.id : undefined;
    if (!isDone) this.#nextAt = this.clock.now() + Math.max(this.#everyMs, DEFAULT_EVERY_MS);
  }

  /** Puts all items and deletes what is absent. False: the bus did not take all of it now. */
  async #replace(entry: StreamEntry, now: EpochMs, signal: AbortSignal): Promise<boolean> {
    this.tally.received(now);
    const read = readEntry(this.key, entry, MAX_SNAPSHOT_BYTES);
    if (!read.ok) return this.#dropped(() => this.drop(read));
    const { data, ...rest } = read.record;
    if (!Array.isArray(data))
      return this.#dropped(() => this.drop({ why: 'not-a-snapshot', excerpt: JSON.stringify(data).slice(0, 200) }));
    const items = new Map<string, unknown>();
    for (const item of data as readonly unknown[]) {
      const key = keyAt(item, this.#ids);
      if (key === undefined) this.tally.count('no-key');
      else if (JSON.stringify(item).length > MAX_MESSAGE_BYTES) this.tally.count('oversize');
      else items.set(key, { ...rest, data: item });
    }
    const changes = [
      ...[...items].map(
        ([key, record]) =>
          (done: (outcome: Published) => void) =>
            this.target.put(key, record, undefined, done),
      ),
      ...[...this.#known]
        .filter((key) => !items.has(key))
        .map((key) => (done: (outcome: Published) => void) => this.target.del(key, done)),
    ];
    for (const key of items.keys()) this.#known.add(key);
    const isDone = await this.#apply(changes, signal);
    if (!isDone) return false;
    this.#known = new Set(items.keys());
    this.tally.count('delivered');
    return true;
  }

  /** A snapshot that cannot be read is not read again, and what was there stays. */
  #dropped(tell: () => void): true {
    tell();
    return true;
  }

  async #apply(
    changes: readonly ((done: (outcome: Published) => void) => void)[],
    signal: AbortSignal,
  ): Promise<boolean> {
    for (let at = 0; at < changes.length; at += CHUNK) {
      if (signal.aborted) return false;
      const outcomes = await Promise.all(changes.slice(at, at + CHUNK).map((change) => new Promise<Published>(change)));
      const refused = outcomes.filter((outcome) => !outcome.ok);
      if (refused.length > 0) this.tally.count('bus-refused', refused.length);
      if (refused.some((outcome) => outcome.error.code === 'bus-down' || outcome.retryAfterMs !== undefined))
        return false;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return true;
  }
}

/** Looks at all snapshots of a source in turn until the connection ends. */
export async function runSnapshots(link: OpenLink, feeds: readonly SnapshotFeed[], clock: Clock): Promise<void> {
  while (!link.signal.aborted) {
    for (const feed of feeds) {
      try {
        await feed.look(link);
      } catch (error) {
        const why = reasonOf(error);
        if (!isRefusal(why) || why.startsWith('NOAUTH')) throw error;
        feed.state({ is: 'refused', why });
      }
    }
    link.up();
    await sleep(clock, TICK_MS, link.signal);
  }
}
