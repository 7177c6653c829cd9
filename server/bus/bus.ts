import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../src/contract/time.ts';

/** One running server; new at every start. */
export type NodeId = string;

/** What is published on a log channel. A gap has its place between the records and counts none. */
export type BusPublication =
  | { readonly t: 'events'; readonly records: readonly unknown[] }
  /** Channel, epoch and offset in it are the publisher's; readers get the bus's. */
  | { readonly t: 'samples'; readonly batch: SampleBatch }
  | { readonly t: 'gap'; readonly gap: Gap };

export interface PublishOptions {
  /** Idempotency: the same key again within ten minutes is not published again. */
  readonly key?: string | undefined;
  /** How far the channel's own publisher has come, by its cursors; kept with the channel (`sourceOf`). */
  readonly source?: Cursor | undefined;
  /** Called once, when the bus has it or will not have it. */
  readonly onDone?: ((outcome: Published) => void) | undefined;
}

export type Published =
  /** `cursor`: of the first record (log) or after the change (state). */
  | { readonly ok: true; readonly cursor: Cursor; readonly duplicate: boolean }
  | { readonly ok: false; readonly error: AppError; readonly retryAfterMs: number | undefined };

export interface PutOptions {
  /** The key vanishes by itself after this many ms unless it is put again. */
  readonly ttlMs?: number | undefined;
  readonly onDone?: ((outcome: Published) => void) | undefined;
  /** Only if the key is still as it was at this offset of the channel (its last change); else `onDone` says `conflict`. */
  readonly ifOffset?: number | undefined;
}

/**
 * Carries channels between publishers and readers, in one process or between several. Offsets and epochs come from the bus, so that a
 * cursor means the same on every server and, with a bus that outlives it, after a restart. Nothing here throws for what a peer or a
 * network does; what cannot be published is told to `onDone`.
 */
export interface Bus {
  readonly engine: 'memory' | 'redis';
  readonly node: NodeId;
  /**
   * Opens a log channel for reading, with what is kept of it. Rejects when there is no room for one more channel. Each call counts; `close` of the handle lets go, and a channel that nobody
   * reads any more is forgotten here after a grace time.
   */
  openLog(channel: ChannelName): Promise<Opened<LogChannel>>;
  openState(channel: ChannelName): Promise<Opened<StateChannel>>;
  /** Whether a channel was ever published on and is still known. */
  exists(channel: ChannelName): Promise<boolean>;
  publish(channel: ChannelName, publication: BusPublication, options?: PublishOptions): void;
  put(channel: ChannelName, key: string, record: unknown, options?: PutOptions): void;
  del(channel: ChannelName, key: string, options?: PutOptions): void;
  /** Empties a channel and forgets it; whoever still reads goes on if it is published on again. */
  drop(channel: ChannelName): void;
  /** The `source` of the last publication that had one. */
  sourceOf(channel: ChannelName): Promise<Cursor | undefined>;
  readonly peers: Peers;
  health(): BusHealth;
  /** Called at every change of `health().degraded`. Returns how to stop. */
  onHealth(told: () => void): () => void;
  stats(): BusStats;
  close(): Promise<void>;
}

export interface Opened<C> {
  readonly channel: C;
  close(): void;
}

/** The other servers on the same bus. With the memory engine there are none. */
export interface Peers {
  /** This server among them. */
  alive(): ReadonlySet<NodeId>;
  /** At most once, in order; lost when the other is gone or the bus is down. Whoever needs an answer has a deadline. */
  mail(to: NodeId, message: unknown): void;
  onMail(told: (from: NodeId, message: unknown) => void): () => void;
  /** A server stopped or was not heard of for three seconds. Told by every server that is left. */
  onLost(told: (node: NodeId) => void): () => void;
}

export interface BusHealth {
  /** undefined: all is well. */
  readonly degraded: { readonly since: EpochMs; readonly reason: string } | undefined;
  /** From publication here to its arrival here through the bus, ms; of the last seconds. Undefined with the memory engine. */
  readonly lagMs: number | undefined;
}

export interface BusStats {
  readonly channels: number;
  readonly keptBytes: number;
  /** Waiting for the bus to come back. */
  readonly queuedBytes: number;
  /** Publications that were refused because the bus could not take them. */
  readonly refused: number;
  /** Times that a hole was noticed and read again from the stream, and times that all was read again after a reconnect. */
  readonly rereads: number;
  readonly reconnects: number;
}

/** A message as it goes on every wire: encoded once for all who read it. */
export interface Frame {
  /** A whole WebSocket frame; the message itself is `frame.subarray(head)`. */
  readonly frame: Buffer;
  readonly head: number;
  readonly binary: boolean;
  /** When it was published; the age of data at the socket is measured from it. */
  readonly at: EpochMs;
}

export interface StateFrame extends Frame {
  /** The offset after it. */
  readonly next: number;
  /** Changes in it. */
  readonly count: number;
  sse?: Buffer | undefined;
  deflated?: Buffer | undefined;
}

/** One entry of a log: `count` records or rows from `offset`. */
export interface LogEntry extends Frame {
  readonly is: 'events' | 'samples' | 'gap';
  readonly epoch: string;
  readonly offset: number;
  readonly count: number;
  /** samples: when its last row was measured. */
  readonly lastMs?: EpochMs | undefined;
  /** Forms of the same entry for other wires, made once by whoever first needs them. */
  sse?: Buffer | undefined;
  deflated?: Buffer | undefined;
}

/**
 * An append-only log of frames, bounded: the oldest entries leave. Entries are numbered by `seq` in this process only; what a reader
 * keeps for later is a cursor. A log may span several epochs (the bus began anew while it was read): each is a stretch of entries.
 */
export interface LogChannel {
  readonly name: ChannelName;
  readonly kind: 'events' | 'samples';
  /** Of the newest entry, and of the next one. */
  readonly epoch: string;
  readonly nextOffset: number;
  /** Numbers of the first entry that is kept and of the next one. */
  readonly firstSeq: number;
  readonly nextSeq: number;
  /** Of the first entry that the last seal brought: whoever has come so far is not behind, however much came at once. */
  readonly freshSeq: number;
  entry(seq: number): LogEntry | undefined;
  /**
   * Where to go on after a cursor: the entry that holds it (the next one's number at the end of what is there; gaps right at it are
   * included). undefined: what follows it is not kept, or its epoch is not known.
   */
  seqAfter(cursor: Cursor): number | undefined;
  /**
   * For a cursor that {@link seqAfter} knows nothing after: the first entry of its epoch at or after it from which on nothing is missing.
   * undefined: there is none (yet).
   */
  seqPast(cursor: Cursor): number | undefined;
  /** Whether this epoch is known here, and which offset comes after its last record. */
  endOf(epoch: string): number | undefined;
  /** Bytes of the entries `from` … `to` - 1. */
  bytesBetween(from: number, to: number): number;
  /** Wakes a reader after new entries were sealed, until it is taken out. There are many: an object each, no closure. */
  addReader(reader: Wakeable): void;
  removeReader(reader: Wakeable): void;
}

export interface Wakeable {
  wake(): void;
}

/** The latest record per key. Changes are numbered by offset. */
export interface StateChannel {
  readonly name: ChannelName;
  readonly epoch: string;
  readonly nextOffset: number;
  /**
   * One frame of what changed since, each key once; the same for all who are at the same place. A long snapshot comes in pages: ask again
   * with the last frame's `next` and `paging`. undefined: nothing new.
   */
  changesSince(since: Cursor | undefined, paging?: boolean): StateFrame | undefined;
  /** Whether all changes after this cursor are known, so that no snapshot is needed. */
  knows(since: Cursor | undefined): boolean;
  get(key: string): unknown;
  /** The offset of a key's last change; undefined when there is none. */
  offsetOf(key: string): number | undefined;
  entries(): Iterable<readonly [key: string, record: unknown]>;
  onChange(wake: () => void): () => void;
}
