import { hash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Published } from '../bus.ts';
import { Feed, type FeedParts } from './feed.ts';
import type { StreamFeed } from './feed-config.ts';
import { readEntry, type StreamEntry } from './read-entry.ts';
import { isRefusal, type OpenLink, reasonOf, sleep } from './redis-link.ts';
import { FIRST_ID, isOlder, type StreamId } from './stream-id.ts';
import { entriesOf, streamsOf } from './stream-reply.ts';

/** Entries of one stream per read: small enough to keep the others waiting only a little. */
const BATCH = 200;
/** A recreated stream wakes nobody who waits for higher ids, so it is looked at this often. */
const BLOCK_MS = 2_000;
const REFUSED_RETRY_MS = 30_000;
const BUS_RETRY_MS = 1_000;
const DEFAULT_LAST = 100;

/**
 * A stream whose entries all matter. What was read is known by its last id; while the entry of that id is still there, nothing between
 * it and the next can be missing, because trimming takes the oldest first.
 */
export class TailFeed extends Feed {
  readonly key: string;
  readonly #newest: number;
  /** Of the last entry that the bus has. undefined: not read yet. */
  last: StreamId | undefined;
  /** The entry of the last id is gone, and readers were told so. */
  #isAnchorGone = false;

  constructor(how: StreamFeed, parts: FeedParts) {
    super(parts);
    this.key = how.key;
    this.#newest = how.last ?? DEFAULT_LAST;
  }

  /** Goes on where another server has come, or with the newest entries. */
  async begin(link: OpenLink): Promise<void> {
    if (this.last !== undefined) {
      await this.check(link);
    } else {
      const count = String(Math.max(1, this.#newest));
      const newest = entriesOf(await link.send(['XREVRANGE', this.key, '+', '-', 'COUNT', count]));
      this.back(true);
      if (this.#newest > 0) await this.take([...newest].reverse(), link.signal);
      // Taken entries have moved it; if the connection was lost before the first, it begins again with the next one.
      if (this.#newest === 0 || newest.length === 0) this.last = newest[0]?.id ?? FIRST_ID;
    }
    this.back(true);
  }

  /** Asks for the last entry; undefined: there is none to ask for. */
  anchorCommand(): readonly string[] | undefined {
    if (this.last === undefined || this.last === FIRST_ID || this.#isAnchorGone) return undefined;
    return ['XRANGE', this.key, this.last, this.last, 'COUNT', '1'];
  }

  /** Whether the last entry is still there; if not, readers are told, and a stream that began anew is read from its beginning. */
  async check(link: OpenLink): Promise<void> {
    const anchor = this.anchorCommand();
    if (anchor !== undefined && entriesOf(await link.send(anchor)).length > 0) return this.back(false);
    if (this.last === undefined || this.last === FIRST_ID) return;
    const [newest] = entriesOf(await link.send(['XREVRANGE', this.key, '+', '-', 'COUNT', '1']));
    const isNewLife = newest !== undefined && isOlder(newest.id, this.last);
    if (!this.#isAnchorGone) {
      this.back(false);
      this.gap(
        newest === undefined || isNewLife ? 'epoch-changed' : 'history-trimmed',
        this.tally.lastAt ?? this.clock.now(),
      );
    }
    this.#isAnchorGone = !isNewLife;
    if (isNewLife) this.last = FIRST_ID;
  }

  get isAnchorGone(): boolean {
    return this.#isAnchorGone;
  }

  /** Publishes entries in their order; one that the bus cannot take now is tried again until it can. */
  async take(entries: readonly StreamEntry[], signal: AbortSignal): Promise<void> {
    for (const entry of entries) {
      if (signal.aborted || !this.isOurs()) return;
      this.tally.received(this.clock.now());
      const read = readEntry(this.key, entry);
      if (read.ok) await this.#publish(read.record, entry.id, signal);
      else this.drop(read);
      if (signal.aborted) return;
      this.last = entry.id;
      this.#isAnchorGone = false;
    }
  }

  async #publish(record: unknown, id: StreamId, signal: AbortSignal): Promise<void> {
    // Whoever takes over reads the last entries again: the key keeps them from being published twice.
    const key = hash('sha256', `${this.tally.source} ${this.key} ${id}`, 'base64url');
    while (!signal.aborted) {
      const outcome = await new Promise<Published>((onDone) =>
        this.target.append(record, { key, isRetried: true, onDone }),
      );
      if (outcome.ok) return this.tally.count(outcome.duplicate ? 'duplicate' : 'delivered');
      if (outcome.error.code !== 'bus-down' && outcome.retryAfterMs === undefined) {
        this.target.lose(1);
        return this.tally.count('bus-refused');
      }
      await sleep(this.clock, outcome.retryAfterMs ?? BUS_RETRY_MS, signal);
    }
  }
}

/** Follows all tails of a source on one connection until it ends. `onRead`: the last ids have changed. */
export async function runTails(
  link: OpenLink,
  feeds: readonly TailFeed[],
  clock: Clock,
  onRead: () => void,
): Promise<void> {
  const { signal } = link;
  let active: TailFeed[] = [];
  let triedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (active.length < feeds.length && clock.now() - triedAt >= REFUSED_RETRY_MS) {
      triedAt = clock.now();
      for (const feed of feeds)
        if (!active.includes(feed) && (await isAllowed(feed, () => feed.begin(link)))) active.push(feed);
      link.up();
      onRead();
    }
    if (active.length === 0) {
      await sleep(clock, BLOCK_MS, signal);
      continue;
    }
    const still: TailFeed[] = [];
    for (const feed of active)
      if (!feed.isAnchorGone || (await isAllowed(feed, () => feed.check(link)))) still.push(feed);
    active = still;
    if (await readOnce(link, active)) onRead();
  }
}

/** Whether something was read. */
async function readOnce(link: OpenLink, feeds: readonly TailFeed[]): Promise<boolean> {
  const lasts = feeds.map(({ last }) => last ?? FIRST_ID);
  const keys = feeds.map(({ key }) => key);
  const reading = link.send(['XREAD', 'COUNT', String(BATCH), 'BLOCK', String(BLOCK_MS), 'STREAMS', ...keys, ...lasts]);
  // Answered after the read: if the last entry is there even now, nothing behind it was trimmed before we saw it. If it is not, that
  // cannot be known (a stream cut to one entry never has it), and readers are told of a gap.
  const anchors = feeds.map((feed) => {
    const command = feed.anchorCommand();
    return command === undefined ? undefined : link.send(command);
  });
  const [read, answers] = await Promise.all([reading, Promise.all(anchors)]);
  const streams = streamsOf(read);
  for (const [at, feed] of feeds.entries()) {
    if (answers[at] !== undefined && entriesOf(answers[at]).length === 0) await feed.check(link);
    // Told to begin anew: what was read after the old id is read again from the beginning.
    if (feed.last === lasts[at]) await feed.take(streams.get(feed.key) ?? [], link.signal);
  }
  return streams.size > 0;
}

async function isAllowed(feed: TailFeed, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    const why = reasonOf(error);
    if (!isRefusal(why) || why.startsWith('NOAUTH')) throw error;
    feed.state({ is: 'refused', why });
    return false;
  }
}
