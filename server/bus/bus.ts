import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../src/contract/time.ts';

/** What is published on a log channel. A gap has its place between the records and counts none. */
export type BusPublication =
  | { readonly t: 'events'; readonly records: readonly unknown[] }
  /** Channel, epoch and offset in it are the publisher's; readers get the bus's. */
  | { readonly t: 'samples'; readonly batch: SampleBatch }
  | { readonly t: 'gap'; readonly gap: Gap };

/** A message as it goes on every wire: encoded once for all who read it. */
export interface Frame {
  readonly bytes: Buffer;
  readonly binary: boolean;
  /** When it was published; the age of data at the socket is measured from it. */
  readonly at: EpochMs;
}

/**
 * Carries channels between publishers and readers. Offsets and epochs come from the bus, so that a cursor means the same wherever
 * it is read. An engine that spans several servers keeps a local copy of each log that is read here; reading is from that copy.
 */
export interface Bus {
  readonly engine: string;
  /** Undefined: this channel was never published on, or was dropped. */
  log(channel: ChannelName): LogChannel | undefined;
  /** Creates the channel at need. */
  openLog(channel: ChannelName): LogChannel;
  /** Created at need. */
  state(channel: ChannelName): StateChannel;
  publish(channel: ChannelName, publication: BusPublication): void;
  put(channel: ChannelName, key: string, record: unknown): void;
  del(channel: ChannelName, key: string): void;
  /** Empties a channel and forgets it with its last reader; whoever still reads goes on if it is published on again. */
  drop(channel: ChannelName): void;
  stats(): { readonly channels: number; readonly keptBytes: number };
  close(): void;
}

/** One entry of a log: `count` records or rows from `offset`. */
export interface LogEntry extends Frame {
  readonly offset: number;
  readonly count: number;
}

/** An append-only log of frames, bounded: the oldest entries leave. */
export interface LogChannel {
  readonly name: ChannelName;
  readonly kind: 'events' | 'samples';
  readonly epoch: string;
  /** Offset of the first record that is kept, and of the next one. */
  readonly firstOffset: number;
  readonly nextOffset: number;
  /** Entries are numbered; these are the first kept and the next. */
  readonly firstSeq: number;
  readonly nextSeq: number;
  entry(seq: number): LogEntry | undefined;
  /** The number of the entry that holds this offset (the next one's for the next offset). Gaps right before it are included. */
  seqOf(offset: number): number;
  /** Bytes of all entries from this one on. */
  bytesFrom(seq: number): number;
  /** Calls back after each append. Returns how to stop. */
  onAppend(wake: () => void): () => void;
}

/** The latest record per key. Changes are numbered by offset. */
export interface StateChannel {
  readonly name: ChannelName;
  readonly epoch: string;
  readonly nextOffset: number;
  /** One frame from `since` to now, conflated; the same buffer for all who are one change behind. */
  changesSince(since: Cursor | undefined): Frame | undefined;
  onChange(wake: () => void): () => void;
}
