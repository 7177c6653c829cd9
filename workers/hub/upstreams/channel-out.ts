import type { ChannelName, Gap } from '../../../src/contract/channel.ts';
import { MAX_BATCH_SERIES } from '../../../src/contract/sample-batch.ts';
import type { Counted } from '../../../src/contract/upstream/status.ts';
import type { UpstreamId } from '../../../src/contract/upstream/upstream.ts';
import { upstreamChannel } from '../../../src/contract/upstream/upstream.ts';
import type { Out, Rows } from '../../../src/upstreams/out.ts';
import type { Channels } from '../channels.ts';

const MAX_REASONS = 64;
/** What a batch carries; a longer one could be read by nobody, and would take the other curves of its block with it. */
const MAX_SERIES_CHARS = 64;

/** Puts what an upstream says into its channels. `filled`: every channel that ever got something, with how many records. */
export class ChannelOut implements Out {
  readonly filled = new Map<ChannelName, number>();
  readonly #counts = new Map<string, number>();
  readonly #channels: Channels;
  readonly #upstream: UpstreamId;
  /** Names are asked for with every record; they are few. */
  readonly #names = new Map<string, ChannelName>();

  constructor(channels: Channels, upstream: UpstreamId) {
    this.#channels = channels;
    this.#upstream = upstream;
  }

  put(part: string, key: string, record: object): void {
    this.#channels.state(this.#filling('state', part, 1))?.put([[key, record]]);
  }

  remove(part: string, keys: readonly string[]): void {
    this.#channels.state(this.#filling('state', part, 0))?.delete(keys);
  }

  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    this.#channels.state(this.#filling('state', part, entries.length))?.replace(entries);
  }

  event(part: string, record: object): void {
    this.#channels.events(this.#filling('events', part, 1))?.publish([record]);
  }

  rows(part: string, rows: Rows): void {
    this.#channels.samples(this.#filling('samples', part, rows.times.length))?.publish(this.#fitting(rows));
  }

  #fitting(rows: Rows): Rows {
    const { series, columns } = rows;
    if (series.length <= MAX_BATCH_SERIES && series.every(({ length }) => length <= MAX_SERIES_CHARS)) return rows;
    for (let left = series.length; left > MAX_BATCH_SERIES; left -= 1) this.count('dropped', 'too-many-series');
    const names = series.slice(0, MAX_BATCH_SERIES).map((name) => {
      if (name.length <= MAX_SERIES_CHARS) return name;
      this.count('dropped', 'series-name-shortened');
      // Whose it is, and what it is.
      return `${name.slice(0, MAX_SERIES_CHARS / 2 - 1)}…${name.slice(-MAX_SERIES_CHARS / 2)}`;
    });
    return { ...rows, series: names, columns: columns.slice(0, MAX_BATCH_SERIES) };
  }

  gap(part: string, gap: Gap): void {
    for (const kind of ['events', 'samples'] as const) {
      const name = this.#name(kind, part);
      if (!this.filled.has(name)) continue;
      if (kind === 'events') this.#channels.events(name)?.gap(gap);
      else this.#channels.samples(name)?.gap(gap);
    }
  }

  count(what: Counted, reason: string): void {
    const key = `${what}:${reason}`;
    // A peer that invents reasons must not fill the memory.
    const place = this.#counts.has(key) || this.#counts.size < MAX_REASONS ? key : `${what}:other`;
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  #filling(kind: 'events' | 'state' | 'samples', part: string, records: number): ChannelName {
    const name = this.#name(kind, part);
    this.filled.set(name, (this.filled.get(name) ?? 0) + records);
    return name;
  }

  #name(kind: 'events' | 'state' | 'samples', part: string): ChannelName {
    const key = `${kind} ${part}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = upstreamChannel(kind, this.#upstream, part);
      this.#names.set(key, name);
    }
    return name;
  }
}
