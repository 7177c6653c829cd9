import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { LogChannel, Opened, Wakeable } from '../bus/bus.ts';
import { encodeMessage, frameOfGap, tailOf } from '../bus/encode.ts';
import { headerLength } from '../wire/frame-encode.ts';
import { type StartContext, type StartOptions, startOf } from './log-start.ts';
import type { Reader, ReaderCounts, ReaderStart, Taken } from './reader.ts';
import type { Runs } from './runs.ts';
import { thin } from './thin.ts';

/** What a subscription asked for (contract `subscribe`). */
export interface Flow extends StartOptions {
  readonly every: number | undefined;
  readonly lag: number | undefined;
  readonly onLag: 'gap' | 'thin' | 'close' | undefined;
}

/** What all readers of a server share. */
export interface ReaderContext extends StartContext {
  readonly runs: Runs;
  /** Of samples that a reader may be behind before it is thinned. */
  readonly samplesLagBytes: number;
}

export interface ReaderHost {
  /** There is something new to read. */
  wake(reader: Reader): void;
  /** The reader fell behind and asked to be closed then. */
  lagged(reader: Reader): void;
  /** Whether this wire takes several frames in one buffer. */
  readonly takesRuns: boolean;
}

/** A backlog shorter than this is never weighed. */
const FEW_ENTRIES = 8;
/** A thinned backlog becomes about this many buckets. */
const LAG_BUCKETS = 128;

/**
 * A place in a log.
 * ```text
 *  history ──▶ live ──(behind)──▶ gap · thinned · closed ──(caught up)──▶ live
 * ```
 * What was asked for as history comes whole however much it is; only who falls behind later is thinned or told a gap.
 */
export class LogReader implements Reader, Wakeable {
  readonly start: ReaderStart;
  readonly #opened: Opened<LogChannel>;
  readonly #log: LogChannel;
  readonly #flow: Flow;
  readonly #context: ReaderContext;
  readonly #host: ReaderHost;
  readonly #historyEnd: number;
  #seq: number;
  #epoch: string;
  #offset: number;
  /** The first entry is to be cut at the cursor. */
  #within: boolean;
  /** What goes before the next entry. */
  #queued: (Taken & { readonly end: Cursor }) | undefined;
  /** When it fell behind; undefined while it keeps up. */
  #thinnedSince: EpochMs | undefined;
  #lastAt: EpochMs;
  #left = 0;
  #gaps = 0;
  #thinned = 0;

  constructor(opened: Opened<LogChannel>, flow: Flow, context: ReaderContext, host: ReaderHost) {
    this.#opened = opened;
    this.#log = opened.channel;
    this.#flow = flow;
    this.#context = context;
    this.#host = host;
    const { seq, ...start } = startOf(this.#log, flow, context);
    this.start = start;
    this.#seq = seq;
    this.#epoch = start.cursor.epoch;
    this.#offset = start.cursor.offset;
    this.#within = true;
    this.#left = start.gap?.count ?? 0;
    this.#gaps = start.gap === undefined ? 0 : 1;
    this.#lastAt = context.now();
    this.#historyEnd = this.#log.nextSeq;
    this.#log.addReader(this);
  }

  get channel(): ChannelName {
    return this.#log.name;
  }

  get kind(): 'events' | 'samples' {
    return this.#log.kind;
  }

  get cursor(): Cursor {
    return { epoch: this.#epoch, offset: this.#offset };
  }

  get counts(): ReaderCounts {
    return { left: this.#left, gaps: this.#gaps, thinned: this.#thinned };
  }

  get isInHistory(): boolean {
    return this.#seq <= this.#historyEnd;
  }

  get hasMore(): boolean {
    return this.#seq < this.#log.nextSeq || this.#queued !== undefined || this.#thinnedSince !== undefined;
  }

  get behind(): number {
    const { epoch, nextOffset, nextSeq } = this.#log;
    // Of an older epoch the records cannot be counted without looking at each entry; those that wait are few.
    return this.#epoch === epoch ? nextOffset - this.#offset : nextSeq - this.#seq;
  }

  next(): Taken | undefined {
    const log = this.#log;
    if (this.#queued !== undefined) {
      const queued = this.#queued;
      this.#queued = undefined;
      this.#epoch = queued.end.epoch;
      this.#offset = queued.end.offset;
      return queued;
    }
    if (this.#seq < log.firstSeq) return this.#fellOut();
    const waiting = log.nextSeq - this.#seq;
    if (waiting === 0) return this.#thinnedSince === undefined ? undefined : this.#caughtUp();
    if (this.#within) return this.#first();
    if (this.#flow.every !== undefined && log.kind === 'samples') return this.#thin(1) ?? this.#entry();
    if (this.#seq >= this.#historyEnd && this.#isBehind(waiting)) {
      const { onLag } = this.#flow;
      if (onLag === 'close') return this.#giveUp();
      if (log.kind === 'samples' && onLag !== 'gap') return this.#thin(LAG_BUCKETS) ?? this.#entry();
      return this.#skipTo(this.#seqWithin());
    }
    return waiting > 1 && this.#host.takesRuns ? this.#run() : this.#entry();
  }

  /** There is something new in the log. */
  wake(): void {
    this.#host.wake(this);
  }

  close(): void {
    this.#log.removeReader(this);
    this.#opened.close();
  }

  /** What comes next is not kept any more. */
  #fellOut(): Taken | undefined {
    const first = this.#log.entry(this.#log.firstSeq);
    // Of a reader that is ahead of this server nothing is missing yet.
    if (this.#within && first?.epoch === this.#epoch && first.offset <= this.#offset) {
      this.#seq = this.#log.firstSeq;
      return this.#first();
    }
    return this.#flow.onLag === 'close' ? this.#giveUp() : this.#skipTo(this.#log.firstSeq);
  }

  #giveUp(): undefined {
    this.#host.lagged(this);
    return undefined;
  }

  #isBehind(waiting: number): boolean {
    const { lag } = this.#flow;
    const log = this.#log;
    if (lag !== undefined && this.#epoch === log.epoch && log.nextOffset - this.#offset > lag) return true;
    if (log.kind === 'events' || waiting < FEW_ENTRIES || this.#seq >= log.freshSeq) return false;
    return log.bytesBetween(this.#seq, log.nextSeq) > this.#context.samplesLagBytes;
  }

  /** The oldest entry that is near enough: a quarter of what the reader may be behind, so that it does not fall behind again at once. */
  #seqWithin(): number {
    const log = this.#log;
    const { lag } = this.#flow;
    let from = log.nextSeq - 1;
    if (lag !== undefined) {
      while (from - 1 > this.#seq && log.nextOffset - (log.entry(from - 1)?.offset ?? 0) <= lag / 4) from--;
      return Math.max(from, this.#seq + 1);
    }
    let bytes = log.entry(from)?.frame.length ?? 0;
    while (from - 1 > this.#seq) {
      bytes += log.entry(from - 1)?.frame.length ?? 0;
      if (bytes > this.#context.samplesLagBytes / 4) break;
      from--;
    }
    return from;
  }

  /** The entry that the cursor stands in, from there on; what lies before it is what the reader has from another server. */
  #first(): Taken | undefined {
    const log = this.#log;
    for (let entry = log.entry(this.#seq); entry !== undefined; entry = log.entry(++this.#seq)) {
      const end = entry.offset + entry.count;
      if (entry.epoch === this.#epoch && end < this.#offset) continue;
      if (entry.epoch === this.#epoch && end === this.#offset && entry.count > 0) continue;
      this.#within = false;
      const cut = entry.epoch === this.#epoch && this.#offset > entry.offset && entry.count > 0;
      if (!cut) return this.next();
      const framed = tailOf(log.name, entry, this.#offset);
      const count = end - this.#offset;
      this.#moveTo(this.#seq + 1, entry.epoch, end, entry.at);
      return { ...framed, binary: entry.binary, at: entry.at, count };
    }
    return undefined;
  }

  #entry(): Taken | undefined {
    const entry = this.#log.entry(this.#seq);
    if (entry === undefined) return undefined;
    this.#moveTo(this.#seq + 1, entry.epoch, entry.offset + entry.count, entry.at);
    return entry;
  }

  #run(): Taken {
    const run = this.#context.runs.take(this.#log, this.#seq);
    this.#moveTo(run.nextSeq, run.epoch, run.end, run.at);
    return run;
  }

  #moveTo(seq: number, epoch: string, offset: number, at: EpochMs): void {
    this.#seq = seq;
    this.#epoch = epoch;
    this.#offset = offset;
    this.#lastAt = at;
  }

  #skipTo(seq: number): Taken {
    const log = this.#log;
    const from = this.cursor;
    const target = log.entry(seq);
    const cursor = { epoch: target?.epoch ?? log.epoch, offset: target?.offset ?? log.nextOffset };
    const count = cursor.epoch === from.epoch ? Math.max(0, cursor.offset - from.offset) : undefined;
    const now = this.#context.now();
    const why = this.#seq < this.#historyEnd ? 'history-trimmed' : 'slow-consumer';
    const gap: Gap = { why, count, fromMs: this.#lastAt, toMs: target?.at ?? now };
    this.#left += count ?? 0;
    this.#gaps++;
    this.#within = false;
    this.#moveTo(seq, cursor.epoch, cursor.offset, gap.toMs);
    return { ...frameOfGap(log.name, gap, cursor, from), binary: false, at: now, count: 0 };
  }

  /** The backlog as the shape of its curve, behind a word of what was left out. */
  #thin(buckets: number): Taken | undefined {
    const thinned = thin(this.#log, this.#seq, buckets);
    if (thinned === undefined) return undefined;
    const now = this.#context.now();
    const { epoch, offset, end, leftOut, rows, nextSeq } = thinned;
    const at = this.#log.entry(this.#seq)?.at ?? now;
    this.#moveTo(nextSeq, epoch, leftOut === 0 ? end : offset, now);
    const taken = { frame: thinned.frame, head: thinned.head, binary: true, at, count: rows };
    if (leftOut === 0) return taken;
    this.#thinned += leftOut;
    if (this.#flow.every === undefined) this.#thinnedSince ??= now;
    this.#queued = { ...taken, end: { epoch, offset: end } };
    return this.#notice(leftOut, { epoch, offset });
  }

  #caughtUp(): Taken {
    this.#thinnedSince = undefined;
    return this.#notice(0, this.cursor);
  }

  #notice(n: number, cursor: Cursor): Taken {
    const since = this.#thinnedSince;
    const frame = encodeMessage({ t: 'thinned', channel: this.#log.name, n, since, cursor });
    return { frame, head: headerLength(frame), binary: false, at: this.#context.now(), count: 0 };
  }
}
