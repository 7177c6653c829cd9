import type { ChannelName } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { Deque } from '../../src/lib/deque.ts';
import type { BusPublication, LogChannel, LogEntry } from './bus.ts';
import { encodePublication } from './encode.ts';

/** What an entry costs beside its bytes (object, buffer header), measured on Node 24. */
const ENTRY_OVERHEAD_BYTES = 200;

/** A log in this process: a ring of entries, bounded by bytes. */
export class MemoryLog implements LogChannel {
  readonly name: ChannelName;
  readonly kind: 'events' | 'samples';
  readonly epoch: string;
  readonly #maxBytes: number;
  readonly #onIdle: () => void;
  readonly #entries = new Deque<LogEntry>();
  #firstSeq = 0;
  #nextOffset = 0;
  #bytes = 0;
  readonly #wakes = new Set<() => void>();

  constructor(name: ChannelName, kind: 'events' | 'samples', epoch: string, maxBytes: number, onIdle: () => void) {
    this.name = name;
    this.kind = kind;
    this.epoch = epoch;
    this.#maxBytes = maxBytes;
    this.#onIdle = onIdle;
  }

  get firstSeq(): number {
    return this.#firstSeq;
  }

  get nextSeq(): number {
    return this.#firstSeq + this.#entries.length;
  }

  get firstOffset(): number {
    return this.#entries.at(0)?.offset ?? this.#nextOffset;
  }

  get nextOffset(): number {
    return this.#nextOffset;
  }

  get keptBytes(): number {
    return this.#bytes;
  }

  append(publication: BusPublication, at: EpochMs): void {
    const cursor = { epoch: this.epoch, offset: this.#nextOffset };
    const { bytes, binary, count } = encodePublication(this.name, publication, cursor);
    this.#entries.push({ bytes, binary, at, offset: cursor.offset, count });
    this.#nextOffset += count;
    this.#bytes += bytes.length + ENTRY_OVERHEAD_BYTES;
    // The newest stays even if it alone is too large: readers at the head still get it.
    while (this.#bytes > this.#maxBytes && this.nextSeq - this.#firstSeq > 1) this.#dropOldest();
    for (const wake of this.#wakes) wake();
  }

  #dropOldest(): void {
    this.#bytes -= (this.#entries.shift()?.bytes.length ?? 0) + ENTRY_OVERHEAD_BYTES;
    this.#firstSeq++;
  }

  entry(seq: number): LogEntry | undefined {
    return this.#entries.at(seq - this.#firstSeq);
  }

  seqOf(offset: number): number {
    let low = this.#firstSeq;
    let high = this.nextSeq;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entry(middle);
      // A gap that stands right at `offset` comes after what the reader has, so it is still to be told.
      const before =
        entry !== undefined && (entry.count === 0 ? entry.offset < offset : entry.offset + entry.count <= offset);
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  bytesFrom(seq: number): number {
    let bytes = 0;
    for (let at = Math.max(seq, this.#firstSeq); at < this.nextSeq; at++) bytes += this.entry(at)?.bytes.length ?? 0;
    return bytes;
  }

  get readers(): number {
    return this.#wakes.size;
  }

  onAppend(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => {
      this.#wakes.delete(wake);
      if (this.#wakes.size === 0) this.#onIdle();
    };
  }

  /** Forgets what is kept; offsets go on. */
  clear(): void {
    while (this.#entries.length > 0) this.#dropOldest();
  }

  close(): void {
    this.clear();
    this.#wakes.clear();
  }
}
