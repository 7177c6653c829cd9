import type { ChannelName } from '../../src/contract/channel.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import { rowsToKeep } from '../../src/lib/extremes.ts';
import type { LogChannel } from '../bus/bus.ts';
import { batchOf, type Framed, frameOfSamples } from '../bus/encode.ts';

/** Rows that are looked at in one go; a longer backlog is thinned in pieces. */
const MAX_ROWS = 65_536;

export interface Thinned extends Framed {
  /** Where to go on in the log. */
  readonly nextSeq: number;
  readonly epoch: string;
  /** Offset of the first row of the frame; after its last row everything up to `nextSeq` is told. */
  readonly offset: number;
  readonly end: number;
  /** Rows in the frame, and rows left out. */
  readonly rows: number;
  readonly leftOut: number;
}

/**
 * The entries of a samples channel from `seq` on as one batch of about `buckets` buckets, each reduced to min, max and last of every
 * series. Stops before a gap and where the series change. undefined: there is no batch at `seq`.
 *
 * The batch is placed at the end of what it stands for, so that a reader's offset is right after it.
 */
export function thin(log: LogChannel, seq: number, buckets: number): Thinned | undefined {
  const batches: SampleBatch[] = [];
  let rows = 0;
  let next = seq;
  for (; next < log.nextSeq && rows < MAX_ROWS; next++) {
    const entry = log.entry(next);
    if (entry?.is !== 'samples') break;
    const batch = batchOf(entry);
    const [first] = batches;
    if (first !== undefined && !isAlike(first, batch)) break;
    batches.push(batch);
    rows += batch.times.length;
  }
  const [first] = batches;
  if (first === undefined) return undefined;
  const times = join(batches.map((batch) => batch.times));
  const columns = first.series.map((_, index) => join(batches.map((batch) => batch.columns[index] ?? EMPTY)));
  const keep = rowsToKeep(columns, 0, rows, Math.max(1, Math.ceil(rows / buckets)));
  const pick = (column: Float64Array) => Float64Array.from(keep, (row) => column[row] ?? Number.NaN);
  const end = first.offset + rows;
  const offset = end - keep.length;
  const batch = { ...first, times: pick(times), columns: columns.map(pick) };
  const framed = frameOfSamples(log.name as ChannelName, batch, { epoch: first.epoch, offset });
  return {
    ...framed,
    nextSeq: next,
    epoch: first.epoch,
    offset,
    end,
    rows: keep.length,
    leftOut: rows - keep.length,
  };
}

const EMPTY = new Float64Array();

const isAlike = (a: SampleBatch, b: SampleBatch): boolean =>
  a.epoch === b.epoch &&
  a.provenance === b.provenance &&
  a.series.length === b.series.length &&
  a.series.every((name, index) => name === b.series[index]);

function join(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
