import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { Deque } from '../../src/lib/deque.ts';
import type { LogChannel, LogEntry, Wakeable } from './bus.ts';
import { frameOfEvents, frameOfGap, frameOfSamples } from './encode.ts';
import type { Pulse, Sealable } from './pulse.ts';

/** What an engine appends: a publication at its place. Consecutive pieces of events become one frame when they are sealed. */
export type Piece =
  /** `texts`: the records as JSON, with commas between. */
  | {
      readonly is: 'events';
      readonly epoch: string;
      readonly offset: number;
      readonly count: number;
      readonly texts: string;
      readonly at: EpochMs;
    }
  | {
      readonly is: 'samples';
      readonly epoch: string;
      readonly offset: number;
      readonly count: number;
      readonly batch: SampleBatch;
      readonly at: EpochMs;
    }
  | {
      readonly is: 'gap';
      readonly epoch: string;
      readonly offset: number;
      readonly count: 0;
      readonly gap: Gap;
      readonly at: EpochMs;
    };

/** What an entry costs beside its bytes (object, buffer header), measured on Node 24. */
const ENTRY_OVERHEAD_BYTES = 240;
/** One frame of events carries no more than this; the readers' schema has the same bound. */
const MAX_FRAME_RECORDS = 512;
const MAX_FRAME_CHARS = 65_536;

/** One epoch's entries: `seq` up to the next stretch's. */
interface Stretch {
  readonly epoch: string;
  readonly seq: number;
  /** Offset of its first record. */
  readonly start: number;
  /** From this entry on nothing is passed over: before it, records were left out that readers of this log had from another epoch. */
  wholeFrom: number;
  /** Offset after its last record. */
  end: number;
}

export interface ChannelLogOptions {
  readonly maxBytes: number;
  readonly pulse: Pulse;
  /** Sealed at once instead of with the others: the control lane. */
  readonly urgent: boolean;
}

/** The local copy of a log channel, whatever engine it comes from: a ring of ready frames, bounded by bytes. */
export class ChannelLog implements LogChannel, Sealable {
  readonly name: ChannelName;
  readonly kind: 'events' | 'samples';
  readonly #options: ChannelLogOptions;
  readonly #entries = new Deque<LogEntry>();
  #stretches: Stretch[];
  #pending: Piece[] = [];
  #pendingBytes = 0;
  #firstSeq = 0;
  #freshSeq = 0;
  #bytes = 0;
  readonly #readers = new Set<Wakeable>();

  /** `at`: where it begins, before anything is appended. */
  constructor(name: ChannelName, kind: 'events' | 'samples', at: Cursor, options: ChannelLogOptions) {
    this.name = name;
    this.kind = kind;
    this.#options = options;
    this.#stretches = [{ epoch: at.epoch, seq: 0, start: at.offset, wholeFrom: 0, end: at.offset }];
  }

  get epoch(): string {
    return this.#last.epoch;
  }

  get nextOffset(): number {
    return this.#last.end;
  }

  get firstSeq(): number {
    return this.#firstSeq;
  }

  get nextSeq(): number {
    return this.#firstSeq + this.#entries.length;
  }

  get freshSeq(): number {
    return this.#freshSeq;
  }

  get keptBytes(): number {
    return this.#bytes;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** After all that was appended, sealed or not: where the next piece of this epoch belongs. */
  get tail(): Cursor {
    const piece = this.#pending.at(-1);
    return piece === undefined
      ? { epoch: this.epoch, offset: this.nextOffset }
      : { epoch: piece.epoch, offset: piece.offset + piece.count };
  }

  append(piece: Piece): void {
    this.#pending.push(piece);
    this.#pendingBytes += sizeOf(piece);
    // What would push out what readers have not had a chance to take does not wait for its window.
    const isMuch = this.#pendingBytes > this.#options.maxBytes / 4;
    if (this.#options.urgent || isMuch) this.#options.pulse.urgent(this);
    else this.#options.pulse.request(this);
  }

  /** Turns what was appended into frames and wakes the readers. */
  seal(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#pendingBytes = 0;
    // Before what is new comes in, so that a reader who keeps up finds all of it.
    this.shrinkTo(this.#options.maxBytes);
    this.#freshSeq = this.nextSeq;
    let index = 0;
    while (index < pending.length) index = this.#sealRun(pending, index);
    for (const reader of this.#readers) reader.wake();
  }

  /** Seals the pieces from `start` that fit one frame; returns the index after them. */
  #sealRun(pending: readonly Piece[], start: number): number {
    const first = pending[start];
    if (first === undefined) return pending.length;
    if (first.is !== 'events') {
      const { epoch, offset, count, at } = first;
      const cursor = { epoch, offset };
      const frame =
        first.is === 'gap' ? frameOfGap(this.name, first.gap, cursor) : frameOfSamples(this.name, first.batch, cursor);
      const isHad = first.is === 'gap' && first.gap.count === 0;
      const lastMs = first.is === 'samples' ? first.batch.times.at(-1) : undefined;
      this.#push({ is: first.is, epoch, offset, count, at, lastMs, binary: first.is === 'samples', ...frame }, isHad);
      return start + 1;
    }
    let { count, texts } = first;
    let end = start + 1;
    for (; end < pending.length; end++) {
      const next = pending[end];
      const fits =
        next?.is === 'events' &&
        next.epoch === first.epoch &&
        next.offset === first.offset + count &&
        count + next.count <= MAX_FRAME_RECORDS &&
        texts.length + next.texts.length < MAX_FRAME_CHARS;
      if (!fits) break;
      texts += `,${next.texts}`;
      count += next.count;
    }
    const { epoch, offset, at } = first;
    const frame = frameOfEvents(this.name, { epoch, offset }, texts);
    this.#push({ is: 'events', epoch, offset, count, at, binary: false, ...frame });
    return end;
  }

  #push(entry: LogEntry, isHad = false): void {
    const { epoch, offset, count } = entry;
    const seq = this.nextSeq;
    if (epoch !== this.epoch) this.#stretches.push({ epoch, seq, start: offset, wholeFrom: seq, end: offset });
    else if (isHad && offset > this.#last.end) this.#last.wholeFrom = seq;
    this.#entries.push(entry);
    this.#bytes += entry.frame.length + ENTRY_OVERHEAD_BYTES;
    this.#last.end = offset + count;
  }

  #dropOldest(): void {
    this.#bytes -= (this.#entries.shift()?.frame.length ?? 0) + ENTRY_OVERHEAD_BYTES;
    this.#firstSeq++;
    while (this.#stretches.length > 1 && (this.#stretches[1]?.seq ?? 0) <= this.#firstSeq) this.#stretches.shift();
  }

  /** Keeps the newest entries up to this many bytes. The last one stays even if it alone is larger: readers at the head still get it. */
  shrinkTo(bytes: number): void {
    while (this.#bytes > bytes && this.#entries.length > 1) this.#dropOldest();
  }

  /** Lets go of entries that were published before this moment; returns how many went. */
  dropOlderThan(at: EpochMs): number {
    const before = this.#firstSeq;
    for (let oldest = this.#entries.at(0); oldest !== undefined && oldest.at < at; oldest = this.#entries.at(0))
      this.#dropOldest();
    return this.#firstSeq - before;
  }

  entry(seq: number): LogEntry | undefined {
    return this.#entries.at(seq - this.#firstSeq);
  }

  endOf(epoch: string): number | undefined {
    return this.#stretches.findLast((stretch) => stretch.epoch === epoch)?.end;
  }

  seqAfter(cursor: Cursor): number | undefined {
    // An epoch can go on after another one: what was published while the bus was away has its own.
    const index = this.#stretches.findLastIndex(({ epoch, start }) => epoch === cursor.epoch && start <= cursor.offset);
    const stretch = this.#stretches[index];
    if (stretch === undefined || cursor.offset > stretch.end) return undefined;
    let low = Math.max(stretch.seq, this.#firstSeq);
    const until = this.#stretches[index + 1]?.seq ?? this.nextSeq;
    if (cursor.offset < (low < until ? (this.entry(low)?.offset ?? stretch.end) : stretch.end)) return undefined;
    let high = until;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entry(middle);
      // A gap that stands right at the cursor comes after what the reader has, so it is still to be told.
      const before =
        entry !== undefined &&
        (entry.count === 0 ? entry.offset < cursor.offset : entry.offset + entry.count <= cursor.offset);
      if (before) low = middle + 1;
      else high = middle;
    }
    // What should be between is not here in this epoch.
    if (low < stretch.wholeFrom || (low < until && (this.entry(low)?.offset ?? 0) > cursor.offset)) return undefined;
    return low;
  }

  seqPast(cursor: Cursor): number | undefined {
    for (const [index, stretch] of this.#stretches.entries()) {
      if (stretch.epoch !== cursor.epoch || stretch.end <= cursor.offset) continue;
      const until = this.#stretches[index + 1]?.seq ?? this.nextSeq;
      // Rare: somebody resumes where something is missing.
      for (let seq = Math.max(stretch.seq, this.#firstSeq, stretch.wholeFrom); seq < until; seq++)
        if ((this.entry(seq)?.offset ?? 0) >= cursor.offset) return seq;
    }
    return undefined;
  }

  bytesBetween(from: number, to: number): number {
    let bytes = 0;
    for (let seq = Math.max(from, this.#firstSeq); seq < to; seq++) bytes += this.entry(seq)?.frame.length ?? 0;
    return bytes;
  }

  addReader(reader: Wakeable): void {
    this.#readers.add(reader);
  }

  removeReader(reader: Wakeable): void {
    this.#readers.delete(reader);
  }

  /** Forgets what is kept; offsets go on. */
  clear(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    while (this.#entries.length > 0) this.#dropOldest();
  }

  get #last(): Stretch {
    const last = this.#stretches.at(-1);
    if (last === undefined) throw new Error('a log has at least one stretch');
    return last;
  }
}

const sizeOf = (piece: Piece): number =>
  piece.is === 'events'
    ? piece.texts.length
    : piece.is === 'samples'
      ? piece.count * 8 * (1 + piece.batch.series.length)
      : 200;
