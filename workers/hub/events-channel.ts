import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { Delivery } from '../../src/contract/from-hub.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { approximateBytes } from '../../src/lib/approximate-bytes.ts';
import { Deque } from '../../src/lib/deque.ts';
import type { Reader, ReadOptions, Taken } from './reader.ts';

type Entry =
  | {
      readonly is: 'record';
      readonly epoch: string;
      readonly offset: number;
      readonly record: unknown;
      readonly at: EpochMs;
      readonly bytes: number;
    }
  | { readonly is: 'gap'; readonly gap: Gap; readonly at: EpochMs; readonly bytes: number };

export interface EventsLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** In one delivery. */
  readonly maxTake: number;
}

export const EVENTS_LIMITS: EventsLimits = { maxRecords: 20_000, maxBytes: 4 * 1024 * 1024, maxTake: 2_000 };

const GAP_BYTES = 96;

/** An ordered log with gaps in their places. The oldest go when it is full, counted in `trimmed`. */
export class EventsChannel {
  readonly kind = 'events';
  readonly name: ChannelName;
  epoch: string;
  /** Offset of the next record in the present epoch. */
  next = 0;
  /** Records that left at the front. */
  trimmed = 0;
  /** Records that ever entered: the place where a reader that has everything stands. */
  #entered = 0;
  /** Entries (records and gaps) that left at the front. */
  #cut = 0;
  #bytes = 0;
  readonly #entries = new Deque<Entry>();
  readonly #readers = new Set<EventsReader>();
  readonly #now: () => EpochMs;
  readonly #limits: EventsLimits;

  constructor(name: ChannelName, epoch: string, now: () => EpochMs, limits: EventsLimits = EVENTS_LIMITS) {
    this.name = name;
    this.epoch = epoch;
    this.#now = now;
    this.#limits = limits;
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

  publish(records: readonly unknown[]): void {
    this.publishAt({ epoch: this.epoch, offset: this.next }, records);
  }

  /** From a source with its own offsets: doubles are left out, a hole or a new epoch becomes a gap. */
  publishAt(from: Cursor, records: readonly unknown[]): void {
    const at = this.#now();
    if (from.epoch !== this.epoch) {
      if (this.#entered > 0)
        this.#push(gapEntry({ why: 'epoch-changed', count: undefined, fromMs: this.#lastAt(at), toMs: at }, at));
      this.epoch = from.epoch;
      this.next = from.offset;
    } else if (from.offset > this.next) {
      const count = from.offset - this.next;
      if (this.#entered > 0) this.#push(gapEntry({ why: 'link-lost', count, fromMs: this.#lastAt(at), toMs: at }, at));
      this.next = from.offset;
    }
    for (const record of records.slice(this.next - from.offset)) {
      this.#push({ is: 'record', epoch: this.epoch, offset: this.next, record, at, bytes: approximateBytes(record) });
      this.next += 1;
    }
    this.#wake();
  }

  gap(gap: Gap): void {
    this.#push(gapEntry(gap, this.#now()));
    this.#wake();
  }

  /** All records kept, without gaps: to move them to another channel. */
  records(): unknown[] {
    const records: unknown[] = [];
    for (let index = 0; index < this.#entries.length; index += 1) {
      const entry = this.#entries.at(index);
      if (entry?.is === 'record') records.push(entry.record);
    }
    return records;
  }

  read(options: ReadOptions): Reader {
    const reader = new EventsReader(this.#log, options, this.#limits.maxTake, (it) => this.#readers.delete(it));
    this.#readers.add(reader);
    return reader;
  }

  /** What a reader sees of the log. */
  readonly #log: EventsLog = ((channel: EventsChannel) => ({
    channel: () => channel.name,
    epoch: () => channel.epoch,
    next: () => channel.next,
    trimmed: () => channel.trimmed,
    entered: () => channel.#entered,
    start: () => channel.#cut,
    end: () => channel.#cut + channel.#entries.length,
    entry: (serial: number) => channel.#entries.at(serial - channel.#cut),
    now: () => channel.#now(),
  }))(this);

  #lastAt(otherwise: EpochMs): EpochMs {
    return this.#entries.last()?.at ?? otherwise;
  }

  #push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    if (entry.is === 'record') this.#entered += 1;
    while (
      this.#entries.length > this.#limits.maxRecords ||
      (this.#bytes > this.#limits.maxBytes && this.#entries.length > 1)
    ) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) break;
      this.#cut += 1;
      this.#bytes -= oldest.bytes;
      if (oldest.is === 'record') this.trimmed += 1;
    }
  }

  #wake(): void {
    for (const reader of this.#readers) reader.wake();
  }
}

const gapEntry = (gap: Gap, at: EpochMs): Entry => ({ is: 'gap', gap, at, bytes: GAP_BYTES });

interface EventsLog {
  channel(): ChannelName;
  epoch(): string;
  next(): number;
  trimmed(): number;
  entered(): number;
  start(): number;
  end(): number;
  entry(serial: number): Entry | undefined;
  now(): EpochMs;
}

class EventsReader implements Reader {
  readonly wake: () => void;
  readonly #log: EventsLog;
  readonly #options: ReadOptions;
  readonly #maxTake: number;
  readonly #onClose: (reader: EventsReader) => void;
  /** Serial number of the next entry to take. */
  #at: number;
  /** Records before `#at`, of all that ever entered. */
  #passed: number;
  #fresh = true;
  #lastTakenAt: EpochMs;

  constructor(log: EventsLog, options: ReadOptions, maxTake: number, onClose: (reader: EventsReader) => void) {
    this.#log = log;
    this.#options = options;
    this.#maxTake = maxTake;
    this.#onClose = onClose;
    this.wake = options.wake;
    this.#lastTakenAt = log.now();
    [this.#at, this.#passed] = startOf(log, options);
  }

  get pending(): boolean {
    return this.#fresh || this.#at < this.#log.end();
  }

  take(): Taken {
    const { sub } = this.#options;
    const channel = this.#log.channel();
    const items: Delivery[] = [];
    let bytes = 0;
    const dropped = Math.max(0, this.#log.trimmed() - this.#passed);
    if (this.#at < this.#log.start()) {
      this.#at = this.#log.start();
      this.#passed = this.#log.trimmed();
    }
    let run: { epoch: string; from: number; records: unknown[] } | undefined;
    const flush = () => {
      if (run === undefined && !this.#fresh) return;
      const { epoch, from, records } = run ?? { epoch: this.#log.epoch(), from: this.#log.next(), records: [] };
      items.push({ t: 'events', sub, snapshot: this.#fresh, epoch, from, records });
      this.#fresh = false;
      run = undefined;
    };
    // The snapshot comes before anything else, also before a gap at the very start.
    if (this.#fresh && (dropped > 0 || this.#log.entry(this.#at)?.is !== 'record')) flush();
    if (dropped > 0) {
      const toMs = this.#log.entry(this.#at)?.at ?? this.#log.now();
      items.push({
        t: 'gap',
        sub,
        channel,
        gap: { why: 'slow-consumer', count: dropped, fromMs: this.#lastTakenAt, toMs },
      });
    }
    for (let taken = 0; taken < this.#maxTake && this.#at < this.#log.end(); taken += 1, this.#at += 1) {
      const entry = this.#log.entry(this.#at);
      if (entry === undefined) break;
      bytes += entry.bytes;
      if (entry.is === 'gap') {
        flush();
        items.push({ t: 'gap', sub, channel, gap: entry.gap });
        continue;
      }
      this.#passed += 1;
      if (run !== undefined && (run.epoch !== entry.epoch || run.from + run.records.length !== entry.offset)) flush();
      run ??= { epoch: entry.epoch, from: entry.offset, records: [] };
      run.records.push(entry.record);
    }
    flush();
    this.#lastTakenAt = this.#log.now();
    return { items, transfer: [], bytes, conflated: 0, thinned: 0, dropped };
  }

  close(): void {
    this.#onClose(this);
  }
}

/** Where a new reader begins: its serial number, and how many records lie before it. */
function startOf(log: EventsLog, options: ReadOptions): [serial: number, passed: number] {
  let start = log.start();
  let passed = log.trimmed();
  const { after, rewind } = options;
  const has = ({ epoch, offset }: Extract<Entry, { is: 'record' }>): boolean => {
    if (after !== undefined) return after.epoch === log.epoch() && (epoch !== after.epoch || offset < after.offset);
    return rewind !== undefined && log.entered() - passed > rewind;
  };
  for (let serial = start; serial < log.end(); serial += 1) {
    const entry = log.entry(serial);
    if (entry?.is !== 'record') continue;
    if (!has(entry)) break;
    passed += 1;
    // A gap right after the last record that the reader has is still to be told.
    start = serial + 1;
  }
  return [start, passed];
}
