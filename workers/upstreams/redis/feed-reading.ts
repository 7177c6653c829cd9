import type { Cursor } from '../../../src/contract/channel.ts';
import type { FeedListing } from '../../../src/contract/upstream/redis.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import { isFeedRecord, type RedisReader } from '../../../src/upstreams/redis/reader.ts';
import type { AdapterHost } from '../adapter.ts';
import type { RelayHeard, RelayLine, RelayStateChange } from '../line.ts';
import { partsOf, staleMsOf } from './feed-parts.ts';

/** One feed of our server, read while somebody wants what it fills, each record once. */
export class FeedReading {
  readonly parts: readonly string[];
  readonly #line: RelayLine;
  readonly #host: AdapterHost;
  readonly #reader: RedisReader;
  /** Of a state channel: key there → key here. */
  readonly #agents = new Map<string, string>();
  #next: Cursor | undefined;

  constructor(listing: FeedListing, host: AdapterHost, reader: RedisReader) {
    this.parts = partsOf(listing.from);
    this.#host = host;
    this.#reader = reader;
    this.#line = host.relayed({
      name: `${listing.source}.${listing.from}`,
      channel: listing.to,
      staleMs: staleMsOf(listing.from),
      silentMs: Number.POSITIVE_INFINITY,
      after: () => this.#next,
      onRecords: (heard, out) => this.#heard(heard, out),
    });
  }

  want(wanted: boolean): void {
    if (wanted) this.#line.start();
    else this.#line.stop();
  }

  /** What our server says of this feed: it may be reached while the Redis behind it is not. */
  listed({ state, words }: FeedListing): void {
    this.#line.trouble(state === 'retrying' || state === 'refused' || state === 'closed' ? words : undefined);
  }

  close(): void {
    this.#line.stop();
  }

  #heard({ records, gap, change, next }: RelayHeard, out: Out): void {
    if (gap !== undefined) for (const part of this.parts) out.gap(part, gap);
    for (const record of records) this.#read(record, out);
    if (change !== undefined) this.#changed(change, out);
    this.#next = next ?? this.#next;
  }

  #read(record: unknown, out: Out): void {
    if (!isFeedRecord(record)) {
      out.count('dropped', 'bad-feed-record');
      return;
    }
    if (record.flags.includes('channel-mismatch')) out.count('unknown', 'channel-mismatch', record.from);
    this.#reader.read(record, out, this.#host.context());
  }

  /** What the server forgot, we forget. */
  #changed({ snapshot, puts, dels }: RelayStateChange, out: Out): void {
    if (!this.parts.includes('agents')) return;
    const gone = snapshot ? [...this.#agents.keys()].filter((key) => !puts.some(([put]) => put === key)) : dels;
    const names = gone.flatMap((key) => this.#agents.get(key) ?? []);
    for (const key of gone) this.#agents.delete(key);
    if (names.length > 0) out.remove('agents', names);
    for (const [key, record] of puts) {
      const { agent_id: agent } = (isFeedRecord(record) ? (record.data as { readonly agent_id?: unknown }) : {}) ?? {};
      if (typeof agent === 'string' || typeof agent === 'number') this.#agents.set(key, String(agent).trim());
    }
  }
}
