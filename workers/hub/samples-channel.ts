import type { ChannelName, Gap } from '../../src/contract/channel.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { Deque } from '../../src/lib/deque.ts';
import type { Reader, ReadOptions } from './reader.ts';
import { SampleBlock } from './sample-block.ts';
import { type SamplesLog, SamplesReader } from './samples-reader.ts';

export type Segment = { readonly is: 'block'; readonly block: SampleBlock } | { readonly is: 'gap'; readonly gap: Gap };

/** Ten minutes of 20 series at 10 Hz take 1 MB; this is an hour and more. */
export const SAMPLES_MAX_BYTES = 8 * 1024 * 1024;

/** Rows of numbers in order, kept as columns; the oldest block goes when they take too much, counted in `trimmed` rows. */
export class SamplesChannel {
  readonly kind = 'samples';
  readonly name: ChannelName;
  epoch: string;
  /** Offset of the next row in the present epoch. */
  next = 0;
  trimmed = 0;
  #entered = 0;
  #cut = 0;
  #bytes = 0;
  readonly #segments = new Deque<Segment>();
  readonly #readers = new Set<SamplesReader>();
  readonly #now: () => EpochMs;
  readonly #maxBytes: number;
  readonly #log: SamplesLog;

  constructor(name: ChannelName, epoch: string, now: () => EpochMs, maxBytes: number = SAMPLES_MAX_BYTES) {
    this.name = name;
    this.epoch = epoch;
    this.#now = now;
    this.#maxBytes = maxBytes;
    this.#log = {
      channel: name,
      now,
      epoch: () => this.epoch,
      trimmed: () => this.trimmed,
      entered: () => this.#entered,
      start: () => this.#cut,
      end: () => this.#cut + this.#segments.length,
      segment: (serial) => this.#segments.at(serial - this.#cut),
    };
  }

  get subs(): number {
    return this.#readers.size;
  }
  get kept(): number {
    return this.#entered - this.trimmed;
  }
  get keptBytes(): number {
    return this.#bytes;
  }

  /** Rows of a local source, which has no offsets of its own. */
  publish(batch: Pick<SampleBatch, 'series' | 'provenance' | 'times' | 'columns'>): void {
    this.#append(batch, 0);
    this.#wake();
  }

  /** From a source with its own offsets: doubles are left out, a hole or a new epoch becomes a gap. Returns the first new row. */
  publishAt(batch: SampleBatch): number {
    const fromMs = this.#lastTime();
    if (batch.epoch !== this.epoch) {
      if (this.#entered > 0)
        this.#tell({ why: 'epoch-changed', count: undefined, fromMs, toMs: batch.times[0] ?? fromMs });
      this.epoch = batch.epoch;
      this.next = batch.offset;
    } else if (batch.offset > this.next) {
      const count = batch.offset - this.next;
      if (this.#entered > 0) this.#tell({ why: 'link-lost', count, fromMs, toMs: batch.times[0] ?? fromMs });
      this.next = batch.offset;
    }
    const from = Math.min(batch.times.length, this.next - batch.offset);
    this.#append(batch, from);
    this.#wake();
    return from;
  }

  gap(gap: Gap): void {
    this.#tell(gap);
    this.#wake();
  }

  /** Whole blocks as batches, to move them to another channel. */
  blocks(): SampleBlock[] {
    const blocks: SampleBlock[] = [];
    for (let index = 0; index < this.#segments.length; index += 1) {
      const segment = this.#segments.at(index);
      if (segment?.is === 'block') blocks.push(segment.block);
    }
    return blocks;
  }

  read(options: ReadOptions): Reader {
    const reader = new SamplesReader(this.#log, options, (it) => this.#readers.delete(it));
    this.#readers.add(reader);
    return reader;
  }

  #append(batch: Pick<SampleBatch, 'series' | 'provenance' | 'times' | 'columns'>, from: number): void {
    const { series, times, columns, provenance } = batch;
    for (let row = from; row < times.length; ) {
      const block = this.#openBlock(series, provenance);
      const before = block.bytes;
      const count = block.append(series, times, columns, row);
      this.#bytes += block.bytes - before;
      row += count;
      this.next += count;
      this.#entered += count;
    }
    while (this.#bytes > this.#maxBytes && this.#segments.length > 1) this.#trimOne();
  }

  #openBlock(series: readonly string[], provenance: SampleBlock['provenance']): SampleBlock {
    const last = this.#segments.last();
    if (last?.is === 'block') {
      const { block } = last;
      const goesOn = block.epoch === this.epoch && block.offset + block.rows === this.next;
      if (goesOn && !block.full && block.provenance === provenance && block.takes(series)) return block;
    }
    const block = new SampleBlock(this.epoch, this.next, provenance);
    this.#bytes += block.bytes;
    this.#segments.push({ is: 'block', block });
    return block;
  }

  #trimOne(): void {
    const oldest = this.#segments.shift();
    if (oldest === undefined) return;
    this.#cut += 1;
    if (oldest.is === 'block') {
      this.trimmed += oldest.block.rows;
      this.#bytes -= oldest.block.bytes;
    } else this.#bytes -= GAP_BYTES;
  }

  #tell(gap: Gap): void {
    this.#segments.push({ is: 'gap', gap });
    this.#bytes += GAP_BYTES;
  }

  #lastTime(): EpochMs {
    const last = this.#segments.last();
    return last?.is === 'block' ? (last.block.times[last.block.rows - 1] ?? this.#now()) : this.#now();
  }

  #wake(): void {
    for (const reader of this.#readers) reader.wake();
  }
}

const GAP_BYTES = 96;
