import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import type { Bus, Published } from '../bus.ts';
import { Feed, type FeedParts } from './feed.ts';
import type { StreamFeed } from './feed-config.ts';
import { readSnapshot, type StreamEntry } from './read-entry.ts';
import { type DropReason, excerptOf, MAX_MESSAGE_BYTES, readJson } from './read-message.ts';
import { isRefusal, type OpenLink, reasonOf, sleep } from './redis-link.ts';
import { isBenign } from './same-message.ts';
import { splitArray } from './split-array.ts';
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
    // A wall clock that was set back must not hold this up.
    if (now < this.#nextAt && this.#nextAt - now <= Math.max(this.#everyMs, DEFAULT_EVERY_MS)) return;
    this.#nextAt = now + this.#everyMs;
    const isAnew = this.#last === undefined || now >= this.#anewAt || this.#anewAt - now > ANEW_EVERY_MS;
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
    const read = readSnapshot(this.key, entry);
    // One that cannot be read is not read again, and what was there stays.
    if (!read.ok) {
      this.drop(read);
      return true;
    }
    const { array, about } = read;
    const items = await itemsOf(array);
    if (items === undefined) {
      this.drop({ why: 'bad-json', excerpt: excerptOf(array) });
      return true;
    }
    const seen = new Set<string>();
    const put = (bytes: Buffer): Change | undefined => {
      const item = this.#read(bytes);
      if (item === undefined) return undefined;
      const { key, value, flags } = item;
      seen.add(key);
      this.#known.add(key);
      return (done) => this.target.put(key, { ...about, data: value, flags }, undefined, done);
    };
    if (!(await this.#apply(items, put, signal))) return false;
    const absent = [...this.#known].filter((key) => !seen.has(key));
    const del = (key: string): Change => {
      return (done) => this.target.del(key, done);
    };
    if (!(await this.#apply(absent, del, signal))) return false;
    this.#known = seen;
    this.tally.count('delivered');
    return true;
  }

  /** undefined: counted, and left out. */
  #read(bytes: Buffer) {
    const read = readJson(bytes, MAX_MESSAGE_BYTES);
    if (!read.ok) return this.#leaveOut(read.why);
    if (!isBenign(read.value)) return this.#leaveOut('hostile-shape');
    const key = keyAt(read.value, this.#ids);
    return key === undefined ? this.#leaveOut('no-key') : { key, value: read.value, flags: read.flags };
  }

  #leaveOut(why: DropReason): undefined {
    this.tally.count(why);
    return undefined;
  }

  /** Changes the channel for each of these, some at a time, so that a long snapshot holds nobody up. */
  async #apply<T>(all: readonly T[], change: (one: T) => Change | undefined, signal: AbortSignal): Promise<boolean> {
    for (let at = 0; at < all.length; at += CHUNK) {
      if (signal.aborted || !this.isOurs()) return false;
      const changes = all.slice(at, at + CHUNK).flatMap((one) => change(one) ?? []);
      const outcomes = await Promise.all(changes.map((one) => new Promise<Published>(one)));
      const refused = outcomes.filter((outcome) => !outcome.ok);
      if (refused.length > 0) this.tally.count('bus-refused', refused.length);
      if (refused.some(({ error, retryAfterMs }) => error.code === 'bus-down' || retryAfterMs !== undefined))
        return false;
      await nextTurn();
    }
    return true;
  }
}

type Change = (done: (outcome: Published) => void) => void;

/** The items of an array, found some at a time; undefined: it is not whole. */
async function itemsOf(array: Buffer): Promise<readonly Buffer[] | undefined> {
  const items: Buffer[] = [];
  const split = splitArray(array);
  for (let next = split.next(); ; next = split.next()) {
    if (next.done === true) return next.value ? items : undefined;
    items.push(next.value);
    if (items.length % (CHUNK * 8) === 0) await nextTurn();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
