import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Frame, LogChannel, StateChannel } from '../bus/bus.ts';
import { encodeGap, encodeTail, toArrayBuffer } from '../bus/encode.ts';
import { nextForLaggard } from './policies.ts';

/** One subscription's place in a channel. It keeps no data: what it has not sent is still in the channel, or is told as a gap. */
export interface Reader {
  readonly channel: ChannelName;
  /** Takes the next frame; undefined when the reader is up to date. */
  next(): Frame | undefined;
  /** What was asked for and cannot be had, and where reading starts. */
  readonly start: ReaderStart;
  /** Records or rows told as gaps so far. */
  readonly left: number;
  close(): void;
}

export interface ReaderStart {
  readonly cursor: Cursor;
  readonly recovered: boolean;
  readonly gap: Gap | undefined;
}

export interface ReaderOptions {
  readonly since: Cursor | undefined;
  /** Records (events) or ms (samples) of history first; undefined: all that is kept. */
  readonly rewind: number | undefined;
  readonly samplesLagBytes: number;
  readonly now: () => EpochMs;
  /** There is something new to read. */
  readonly wake: () => void;
}

export function readLog(log: LogChannel, options: ReaderOptions): Reader {
  const start = startOf(log, options);
  let seq = log.seqOf(start.cursor.offset);
  /** Where in the first entry to begin. */
  let within: number | undefined = start.cursor.offset;
  let left = start.gap?.count ?? 0;
  /** What was there at the start was asked for: who reads that is not behind. */
  const historyEnd = log.nextSeq;
  const stop = log.onAppend(options.wake);

  function skipTo(target: number): Frame {
    const fromOffset = lastSent;
    const offset = log.entry(target)?.offset ?? log.nextOffset;
    const count = Math.max(0, offset - fromOffset);
    left += count;
    const at = options.now();
    const gap: Gap = { why: 'slow-consumer', count, fromMs: lastAt, toMs: log.entry(target)?.at ?? at };
    seq = target;
    within = undefined;
    lastSent = offset;
    return { bytes: encodeGap(log.name, gap, { epoch: log.epoch, offset }), binary: false, at };
  }

  let lastSent = start.cursor.offset;
  let lastAt = options.now();
  return {
    channel: log.name,
    start,
    get left() {
      return left;
    },
    next() {
      const target = seq < historyEnd ? Math.max(seq, log.firstSeq) : nextForLaggard(log, seq, options.samplesLagBytes);
      if (target > seq) return skipTo(target);
      const entry = log.entry(seq);
      if (entry === undefined) return undefined;
      seq++;
      const bytes = within === undefined ? entry.bytes : encodeTail(entry, within);
      within = undefined;
      lastSent = entry.offset + entry.count;
      lastAt = entry.at;
      return bytes === entry.bytes ? entry : { bytes, binary: entry.binary, at: entry.at };
    },
    close: stop,
  };
}

function startOf(log: LogChannel, options: ReaderOptions): ReaderStart {
  const { since, rewind } = options;
  const at = (offset: number) => ({ epoch: log.epoch, offset });
  const gap = (why: Gap['why'], count: number | undefined): Gap => {
    const toMs = log.entry(log.firstSeq)?.at ?? options.now();
    return { why, count, fromMs: toMs, toMs };
  };
  if (since === undefined)
    return { cursor: at(rewoundOffset(log, rewind, options.now())), recovered: false, gap: undefined };
  if (since.epoch !== log.epoch || since.offset > log.nextOffset)
    return { cursor: at(log.firstOffset), recovered: false, gap: gap('epoch-changed', undefined) };
  if (since.offset < log.firstOffset) {
    const count = log.firstOffset - since.offset;
    return { cursor: at(log.firstOffset), recovered: false, gap: gap('history-trimmed', count) };
  }
  return { cursor: since, recovered: true, gap: undefined };
}

function rewoundOffset(log: LogChannel, rewind: number | undefined, now: EpochMs): number {
  if (rewind === undefined) return log.firstOffset;
  if (log.kind === 'events') return Math.max(log.firstOffset, log.nextOffset - rewind);
  let seq = log.nextSeq;
  while (seq > log.firstSeq && lastTimeOf(log, seq - 1) >= now - rewind) seq--;
  return log.entry(seq)?.offset ?? log.nextOffset;
}

/** Samples are placed by their own times: a batch may have been published long after it was measured. */
function lastTimeOf(log: LogChannel, seq: number): EpochMs {
  const entry = log.entry(seq);
  if (entry === undefined) return Number.NEGATIVE_INFINITY;
  return entry.binary ? (decodeSampleBatch(toArrayBuffer(entry.bytes)).times.at(-1) ?? entry.at) : entry.at;
}

export function readState(state: StateChannel, options: ReaderOptions): Reader {
  let cursor = options.since;
  const known = cursor?.epoch === state.epoch && cursor.offset <= state.nextOffset;
  /** The first answer is a snapshot even of an empty channel. */
  let first = !known;
  const stop = state.onChange(options.wake);
  return {
    channel: state.name,
    start: {
      cursor: { epoch: state.epoch, offset: known && cursor ? cursor.offset : 0 },
      recovered: known,
      gap: undefined,
    },
    left: 0,
    next() {
      const frame = state.changesSince(first ? undefined : cursor);
      first = false;
      if (frame !== undefined) cursor = { epoch: state.epoch, offset: state.nextOffset };
      return frame;
    },
    close: stop,
  };
}
