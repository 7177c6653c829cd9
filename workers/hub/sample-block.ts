import type { ChannelName } from '../../src/contract/channel.ts';
import type { Provenance } from '../../src/contract/provenance.ts';
import { encodeSampleBatch, MAX_BATCH_SERIES, MAX_HEADER_BYTES } from '../../src/contract/sample-batch.ts';
import { rowsToKeep } from '../../src/lib/extremes.ts';

/** Rows of one block. Boards send one row at a time: kept singly, its header would outweigh it. */
export const BLOCK_ROWS = 256;
/** Of the header of a batch, with the names of its series as JSON; what is left is for its other fields. */
const MAX_NAMES_BYTES = MAX_HEADER_BYTES - 1_024;

/** Consecutive rows of a samples channel as columns over the union of their series; NaN = no reading. */
export class SampleBlock {
  readonly epoch: string;
  /** Offset of the first row. */
  readonly offset: number;
  readonly provenance: Provenance;
  readonly times = new Float64Array(BLOCK_ROWS);
  readonly #columns = new Map<string, Float64Array>();
  rows = 0;
  #namesBytes = 0;

  constructor(epoch: string, offset: number, provenance: Provenance) {
    this.epoch = epoch;
    this.offset = offset;
    this.provenance = provenance;
  }

  get bytes(): number {
    return (1 + this.#columns.size) * BLOCK_ROWS * 8;
  }
  get full(): boolean {
    return this.rows === BLOCK_ROWS;
  }
  get series(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** All these series and those that are here already still make one batch. */
  takes(series: readonly string[]): boolean {
    const fresh = series.filter((name) => !this.#columns.has(name));
    if (fresh.length === 0) return true;
    const namesBytes = fresh.reduce((sum, name) => sum + bytesOf(name), this.#namesBytes);
    return this.#columns.size + fresh.length <= MAX_BATCH_SERIES && namesBytes <= MAX_NAMES_BYTES;
  }

  /** Appends the rows from `from` on; returns how many fitted. */
  append(series: readonly string[], times: Float64Array, columns: readonly Float64Array[], from: number): number {
    const count = Math.min(times.length - from, BLOCK_ROWS - this.rows);
    this.times.set(times.subarray(from, from + count), this.rows);
    series.forEach((name, index) => {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = new Float64Array(BLOCK_ROWS).fill(Number.NaN);
        this.#columns.set(name, column);
        this.#namesBytes += bytesOf(name);
      }
      const source = columns[index];
      if (source !== undefined) column.set(source.subarray(from, from + count), this.rows);
    });
    this.rows += count;
    return count;
  }

  /** Rows `from` to `to` (exclusive) as a batch; series without a single reading in them are left out. */
  encode(channel: ChannelName, from: number, to: number): ArrayBuffer {
    const present = [...this.#columns]
      .map(([name, column]) => [name, column.subarray(from, to)] as const)
      .filter(([, column]) => column.some((value) => !Number.isNaN(value)));
    return this.#pack(channel, from, this.times.subarray(from, to), present);
  }

  /**
   * The rows between `from` and `to` that hold the least, the greatest or the last reading of any series in their bucket of
   * `bucketRows` rows: what a curve looks like stays. Each reading keeps its own time.
   */
  encodeThinned(
    channel: ChannelName,
    from: number,
    to: number,
    bucketRows: number,
  ): { buffer: ArrayBuffer; rows: number } {
    const rows = rowsToKeep(this.#columns.values(), from, to, bucketRows);
    const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
    const picked = [...this.#columns].map(([name, column]) => [name, pick(column)] as const);
    return { buffer: this.#pack(channel, from, pick(this.times), picked), rows: rows.length };
  }

  #pack(
    channel: ChannelName,
    from: number,
    times: Float64Array,
    columns: readonly (readonly [string, Float64Array])[],
  ): ArrayBuffer {
    return encodeSampleBatch({
      channel,
      epoch: this.epoch,
      offset: this.offset + from,
      series: columns.map(([name]) => name),
      provenance: this.provenance,
      times,
      columns: columns.map(([, column]) => column),
    });
  }
}

/** In JSON: with its quotes and comma, and six for whatever is escaped. */
function bytesOf(name: string): number {
  let bytes = 3;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    bytes += code < 0x20 || code === 0x22 || code === 0x5c || (code & 0xf800) === 0xd800 ? 6 : code < 0x80 ? 1 : 3;
  }
  return bytes;
}
