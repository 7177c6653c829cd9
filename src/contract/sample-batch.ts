import type { ChannelName } from './channel.ts';
import type { Provenance } from './provenance.ts';

/**
 * Rows of numbers as columns, in one buffer: what a `samples` channel carries, from the serial worker to the last tab and
 * over the relay, in the same bytes all the way. Objects per sample cost 100 to 250 times as much between threads.
 *
 * ```text
 * 0      u32 LE  length H of the header text
 * 4      H bytes JSON {channel, epoch, offset, rows, series[], provenance}
 * 4+H    zeros up to a multiple of 8
 * …      rows × f64 LE  time, EpochMs
 * …      rows × f64 LE  for each series, in order; NaN = this row has no reading of it
 * ```
 */
export interface SampleBatch {
  readonly channel: ChannelName;
  /** Life of the source; see `Cursor`. */
  readonly epoch: string;
  /** Offset of the first row. */
  readonly offset: number;
  /** Names of the value columns, e.g. `a.temperature_c`. Units and labels: `boards/registry.ts`. */
  readonly series: readonly string[];
  readonly provenance: Provenance;
  /** Arrival time of each row at the host, EpochMs, not decreasing. */
  readonly times: Float64Array;
  /** One column per series, each as long as `times`. */
  readonly columns: readonly Float64Array[];
}

/** More than any board can send; a batch that claims more is refused. */
export const MAX_BATCH_ROWS = 65_536;
export const MAX_BATCH_SERIES = 256;
/** Names in letters of three bytes take most of it: whoever packs puts fewer series into a batch then. */
export const MAX_HEADER_BYTES = 32_768;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Packs a batch into one fresh, transferable buffer. Throws `RangeError` when columns and times differ in length. */
export function encodeSampleBatch(batch: SampleBatch): ArrayBuffer {
  const rows = batch.times.length;
  const header = encoder.encode(
    JSON.stringify({
      channel: batch.channel,
      epoch: batch.epoch,
      offset: batch.offset,
      rows,
      series: batch.series,
      provenance: batch.provenance,
    }),
  );
  const start = Math.ceil((4 + header.length) / 8) * 8;
  const buffer = new ArrayBuffer(start + rows * 8 * (1 + batch.columns.length));
  new DataView(buffer).setUint32(0, header.length, true);
  new Uint8Array(buffer).set(header, 4);
  [batch.times, ...batch.columns].forEach((column, index) => {
    if (column.length !== rows)
      throw new RangeError(`column ${index} has ${column.length} rows, the batch has ${rows}`);
    new Float64Array(buffer, start + index * rows * 8, rows).set(column);
  });
  return buffer;
}

/**
 * Reads a batch; its columns are views on `buffer` (no copy). Throws `RangeError` with what is wrong when the bytes are not
 * a batch: the caller counts it. The format is little-endian as is every machine a browser runs on.
 */
export function decodeSampleBatch(buffer: ArrayBuffer): SampleBatch {
  if (buffer.byteLength < 4) throw new RangeError('sample batch: shorter than its length field');
  const headerLength = new DataView(buffer).getUint32(0, true);
  if (headerLength > MAX_HEADER_BYTES || 4 + headerLength > buffer.byteLength) {
    throw new RangeError(`sample batch: header of ${headerLength} bytes in ${buffer.byteLength}`);
  }
  const header = readHeader(new Uint8Array(buffer, 4, headerLength));
  const start = Math.ceil((4 + headerLength) / 8) * 8;
  const expected = start + header.rows * 8 * (1 + header.series.length);
  if (expected !== buffer.byteLength) {
    throw new RangeError(`sample batch: ${buffer.byteLength} bytes, its header says ${expected}`);
  }
  const column = (index: number) => new Float64Array(buffer, start + index * header.rows * 8, header.rows);
  return {
    channel: header.channel,
    epoch: header.epoch,
    offset: header.offset,
    series: header.series,
    provenance: header.provenance,
    times: column(0),
    columns: header.series.map((_, index) => column(index + 1)),
  };
}

interface Header {
  channel: string;
  epoch: string;
  offset: number;
  rows: number;
  series: string[];
  provenance: Provenance;
}

const PROVENANCES: readonly unknown[] = ['measured', 'derived', 'simulated', 'replayed', 'unknown'];

function readHeader(bytes: Uint8Array): Header {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new RangeError('sample batch: header is not JSON', { cause });
  }
  const header = (value ?? {}) as Partial<Header>;
  const whole = (n: unknown, most: number) => Number.isSafeInteger(n) && (n as number) >= 0 && (n as number) <= most;
  const ok =
    typeof header.channel === 'string' &&
    typeof header.epoch === 'string' &&
    whole(header.offset, Number.MAX_SAFE_INTEGER) &&
    whole(header.rows, MAX_BATCH_ROWS) &&
    Array.isArray(header.series) &&
    header.series.length <= MAX_BATCH_SERIES &&
    header.series.every((name) => typeof name === 'string' && name.length <= 64) &&
    PROVENANCES.includes(header.provenance);
  if (!ok) throw new RangeError('sample batch: header has a missing or impossible field');
  return header as Header;
}

/** The channel that a batch says it is of, without reading the rest; undefined when its header cannot be read. */
export function sampleChannelOf(buffer: ArrayBuffer): ChannelName | undefined {
  if (buffer.byteLength < 4) return undefined;
  const headerLength = new DataView(buffer).getUint32(0, true);
  if (headerLength > MAX_HEADER_BYTES || 4 + headerLength > buffer.byteLength) return undefined;
  try {
    return readHeader(new Uint8Array(buffer, 4, headerLength)).channel;
  } catch {
    return undefined;
  }
}
