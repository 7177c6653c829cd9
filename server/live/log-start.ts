import type { Cursor, Gap } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { LogChannel } from '../bus/bus.ts';
import type { ReaderStart } from './reader.ts';

export interface StartOptions {
  /** Resume after this. */
  readonly since: Cursor | undefined;
  /** Records (events) or ms (samples) of history first; undefined: all that is kept. */
  readonly rewind: number | undefined;
}

type Start = ReaderStart & { readonly seq: number };

/**
 * Where a reader of a log begins, and what of its wish cannot be had: always told, never guessed, never before what it has.
 * ```text
 *  known here, all after it kept ─▶ recovered
 *  known, something after it gone ─▶ gap up to the next record of its epoch
 *  ahead of this server           ─▶ recovered: other servers may be further (only where there are some)
 *  its epoch is over, or unknown  ─▶ gap without a count, on with what came after it, or with all that is kept
 * ```
 */
export function startOf(log: LogChannel, options: StartOptions, context: StartContext): Start {
  const { since, rewind } = options;
  const now = context.now();
  if (since === undefined) return startAnew(log, rewind, now);
  const seq = log.seqAfter(since);
  if (seq !== undefined) return { seq, cursor: since, recovered: true, gap: undefined };
  const past = log.seqPast(since);
  if (past !== undefined) return startBehindHole(log, past, since, now);
  if (since.epoch !== log.epoch) return startInLaterEpoch(log, since, now);
  if (since.offset <= log.nextOffset) return startBehindHole(log, log.nextSeq, since, now);
  return context.spansServers
    ? { seq: log.nextSeq, cursor: since, recovered: true, gap: undefined }
    : startBehindEpoch(log, log.nextSeq, now);
}

export interface StartContext {
  readonly now: () => EpochMs;
  /** The bus has other servers, which may be further than this one. */
  readonly spansServers: boolean;
}

function startAnew(log: LogChannel, rewind: number | undefined, now: EpochMs): Start {
  const seq = rewoundSeq(log, rewind, now);
  const within = rewind !== undefined && log.kind === 'events' ? Math.max(0, log.nextOffset - rewind) : 0;
  const { epoch, offset } = cursorAt(log, seq);
  const cursor = { epoch, offset: epoch === log.epoch ? Math.max(offset, within) : offset };
  return { seq, cursor, recovered: false, gap: undefined };
}

function startBehindHole(log: LogChannel, seq: number, since: Cursor, now: EpochMs): Start {
  const cursor = cursorAt(log, seq);
  const at = log.entry(seq)?.at ?? now;
  const gap: Gap = { why: 'history-trimmed', count: cursor.offset - since.offset, fromMs: at, toMs: at };
  return { seq, cursor, recovered: false, gap };
}

function startInLaterEpoch(log: LogChannel, since: Cursor, now: EpochMs): Start {
  let seq = log.firstSeq;
  if (log.endOf(since.epoch) !== undefined) {
    seq = log.nextSeq;
    while (seq > log.firstSeq && log.entry(seq - 1)?.epoch !== since.epoch) seq--;
  }
  return startBehindEpoch(log, seq, now);
}

function startBehindEpoch(log: LogChannel, seq: number, now: EpochMs): Start {
  const at = log.entry(seq)?.at ?? now;
  const gap: Gap = { why: 'epoch-changed', count: undefined, fromMs: at, toMs: at };
  return { seq, cursor: cursorAt(log, seq), recovered: false, gap };
}

function cursorAt(log: LogChannel, seq: number): Cursor {
  const { epoch, offset } = log.entry(seq) ?? { epoch: log.epoch, offset: log.nextOffset };
  return { epoch, offset };
}

function rewoundSeq(log: LogChannel, rewind: number | undefined, now: EpochMs): number {
  if (rewind === undefined) return log.firstSeq;
  let seq = log.nextSeq;
  if (log.kind === 'samples') {
    while (seq > log.firstSeq && lastTimeOf(log, seq - 1) >= now - rewind) seq--;
    return seq;
  }
  let records = 0;
  while (seq > log.firstSeq && records < rewind) {
    seq--;
    records += log.entry(seq)?.count ?? 0;
  }
  return seq;
}

/** Samples are placed by their own times: a batch may have been published long after it was measured. */
function lastTimeOf(log: LogChannel, seq: number): EpochMs {
  const entry = log.entry(seq);
  return entry?.lastMs ?? entry?.at ?? Number.NEGATIVE_INFINITY;
}
