import type { Cursor, Gap } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { LogChannel } from '../bus/bus.ts';
import { batchOf } from '../bus/encode.ts';
import type { ReaderStart } from './reader.ts';

export interface StartOptions {
  /** Resume after this. */
  readonly since: Cursor | undefined;
  /** Records (events) or ms (samples) of history first; undefined: all that is kept. */
  readonly rewind: number | undefined;
}

/** Where a reader of a log begins, and what of its wish cannot be had: always told, never guessed. */
export function startOf(log: LogChannel, options: StartOptions, now: EpochMs): ReaderStart & { readonly seq: number } {
  const { since, rewind } = options;
  if (since === undefined) {
    const seq = rewoundSeq(log, rewind, now);
    const entry = log.entry(seq);
    const within = rewind !== undefined && log.kind === 'events' ? Math.max(0, log.nextOffset - rewind) : 0;
    const cursor = entry
      ? { epoch: entry.epoch, offset: Math.max(entry.offset, entry.epoch === log.epoch ? within : 0) }
      : { epoch: log.epoch, offset: log.nextOffset };
    return { seq, cursor, recovered: false, gap: undefined };
  }
  const seq = log.seqAfter(since);
  if (seq !== undefined) return { seq, cursor: since, recovered: true, gap: undefined };
  const end = log.endOf(since.epoch);
  const first = log.entry(log.firstSeq);
  const isAhead = end !== undefined && since.offset > end;
  // Who has more than the bus kept goes on with the epoch that came after; who claims more than there is, at the end.
  const from = isAhead ? seqAfterEpoch(log, since.epoch) : log.firstSeq;
  const target = log.entry(from);
  const cursor = target ? { epoch: target.epoch, offset: target.offset } : { epoch: log.epoch, offset: log.nextOffset };
  const isTrimmed = !isAhead && end !== undefined;
  const count = isTrimmed && cursor.epoch === since.epoch ? cursor.offset - since.offset : undefined;
  const toMs = (target ?? first)?.at ?? now;
  const gap: Gap = { why: isTrimmed ? 'history-trimmed' : 'epoch-changed', count, fromMs: toMs, toMs };
  return { seq: from, cursor, recovered: false, gap };
}

function seqAfterEpoch(log: LogChannel, epoch: string): number {
  let seq = log.nextSeq;
  while (seq > log.firstSeq && log.entry(seq - 1)?.epoch !== epoch) seq--;
  return seq;
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
  if (entry === undefined) return Number.NEGATIVE_INFINITY;
  return entry.is === 'samples' ? (batchOf(entry).times.at(-1) ?? entry.at) : entry.at;
}
