import type { Cursor } from '../../../src/contract/channel.ts';
import type { FeedListing } from '../../../src/contract/upstream/redis.ts';
import { isFeedRecord, type RedisReader } from '../../../src/upstreams/redis/reader.ts';
import type { AdapterHost, RelayChannels, RelayStateChange } from '../adapter.ts';
import { partsOf } from './feed-parts.ts';

/** One feed of our server, read while somebody wants what it fills, each record once. */
export class FeedReading {
  readonly parts: readonly string[];
  readonly #listing: FeedListing;
  readonly #host: AdapterHost;
  readonly #relay: RelayChannels;
  readonly #reader: RedisReader;
  /** Of a state channel: key there → key here. */
  readonly #agents = new Map<string, string>();
  #next: Cursor | undefined;
  #stop: (() => void) | undefined;

  constructor(listing: FeedListing, host: AdapterHost, relay: RelayChannels, reader: RedisReader) {
    this.parts = partsOf(listing.from);
    this.#listing = listing;
    this.#host = host;
    this.#relay = relay;
    this.#reader = reader;
  }

  want(wanted: boolean): void {
    if (!wanted) this.close();
    else
      this.#stop ??= this.#relay.read(
        this.#listing.to,
        (records, gap, change, next) => {
          if (gap !== undefined) for (const part of this.parts) this.#host.out.gap(part, gap);
          for (const record of records) this.#read(record);
          if (change !== undefined) this.#changed(change);
          this.#next = next ?? this.#next;
        },
        this.#next,
      );
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #read(record: unknown): void {
    const { out } = this.#host;
    if (!isFeedRecord(record)) {
      out.count('dropped', 'bad-feed-record');
      return;
    }
    if (record.flags.includes('channel-mismatch')) out.count('unknown', 'channel-mismatch', record.from);
    this.#reader.read(record, out, this.#host.context());
  }

  /** What the server forgot, we forget. */
  #changed({ snapshot, puts, dels }: RelayStateChange): void {
    if (!this.parts.includes('agents')) return;
    const gone = snapshot ? [...this.#agents.keys()].filter((key) => !puts.some(([put]) => put === key)) : dels;
    const names = gone.flatMap((key) => this.#agents.get(key) ?? []);
    for (const key of gone) this.#agents.delete(key);
    if (names.length > 0) this.#host.out.remove('agents', names);
    for (const [key, record] of puts) {
      const { agent_id: agent } = (isFeedRecord(record) ? (record.data as { readonly agent_id?: unknown }) : {}) ?? {};
      if (typeof agent === 'string' || typeof agent === 'number') this.#agents.set(key, String(agent).trim());
    }
  }
}
