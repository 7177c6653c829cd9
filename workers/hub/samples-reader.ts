import type { ChannelName } from '../../src/contract/channel.ts';
import type { Delivery } from '../../src/contract/from-hub.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Reader, ReadOptions, Taken } from './reader.ts';
import type { SampleBlock } from './sample-block.ts';
import type { Segment } from './samples-channel.ts';

/** Numbers (rows × columns) in one delivery, 2 MB; a reader with more than this waiting gets them thinned. */
const MAX_NUMBERS = 262_144;

/** What a reader sees of a samples channel. */
export interface SamplesLog {
  readonly channel: ChannelName;
  now(): EpochMs;
  epoch(): string;
  trimmed(): number;
  entered(): number;
  start(): number;
  end(): number;
  segment(serial: number): Segment | undefined;
}

interface Piece {
  readonly block: SampleBlock;
  readonly from: number;
  readonly to: number;
}

/** A place in a samples channel: which segment, which row of it. */
export class SamplesReader implements Reader {
  readonly wake: () => void;
  readonly #log: SamplesLog;
  readonly #options: ReadOptions;
  readonly #onClose: (reader: SamplesReader) => void;
  #serial: number;
  #row = 0;
  /** Rows before this place, of all that ever entered. */
  #passed: number;
  /** History ends here (in rows that ever entered): it is given whole, in pieces; only what comes later may be thinned. */
  readonly #historyEnd: number;
  #fresh = true;
  #lastTakenAt: EpochMs;

  constructor(log: SamplesLog, options: ReadOptions, onClose: (reader: SamplesReader) => void) {
    this.#log = log;
    this.#options = options;
    this.#onClose = onClose;
    this.wake = options.wake;
    this.#serial = log.start();
    this.#passed = log.trimmed();
    this.#historyEnd = log.entered();
    this.#lastTakenAt = log.now();
    this.#skipOld();
  }

  get pending(): boolean {
    if (this.#fresh || this.#passed < this.#log.entered()) return true;
    for (let serial = this.#serial; serial < this.#log.end(); serial += 1)
      if (this.#log.segment(serial)?.is === 'gap') return true;
    return false;
  }

  take(): Taken {
    const { sub } = this.#options;
    const { channel } = this.#log;
    const items: Delivery[] = [];
    const transfer: ArrayBuffer[] = [];
    let bytes = 0;
    let thinned = 0;
    const dropped = Math.max(0, this.#log.trimmed() - this.#passed);
    const lostFrom = this.#lastTakenAt;
    if (this.#serial < this.#log.start()) {
      this.#serial = this.#log.start();
      this.#row = 0;
      this.#passed = this.#log.trimmed();
    }
    let buffers: ArrayBuffer[] = [];
    let thinnedHere = 0;
    const flush = () => {
      if (buffers.length === 0 && thinnedHere === 0 && !this.#fresh) return;
      items.push({ t: 'samples', sub, snapshot: this.#fresh, buffers, thinned: thinnedHere });
      this.#fresh = false;
      buffers = [];
      thinnedHere = 0;
    };
    if (dropped > 0) {
      if (this.#fresh) flush();
      const segment = this.#log.segment(this.#serial);
      const toMs = (segment?.is === 'block' ? segment.block.times[this.#row] : undefined) ?? this.#log.now();
      items.push({ t: 'gap', sub, channel, gap: { why: 'slow-consumer', count: dropped, fromMs: lostFrom, toMs } });
    }
    const bucketRows = this.#bucketRows();
    let numbers = 0;
    while (this.#serial < this.#log.end() && (bucketRows > 1 || numbers < MAX_NUMBERS)) {
      const segment = this.#log.segment(this.#serial);
      if (segment === undefined) break;
      if (segment.is === 'gap') {
        flush();
        items.push({ t: 'gap', sub, channel, gap: segment.gap });
        this.#serial += 1;
        this.#row = 0;
        continue;
      }
      const piece: Piece = { block: segment.block, from: this.#row, to: segment.block.rows };
      const count = piece.to - piece.from;
      if (count > 0) {
        const packed = pack(channel, piece, bucketRows);
        buffers.push(packed.buffer);
        transfer.push(packed.buffer);
        bytes += packed.buffer.byteLength;
        thinned += count - packed.rows;
        thinnedHere += count - packed.rows;
        numbers += packed.buffer.byteLength / 8;
        this.#passed += count;
        this.#row = piece.to;
      }
      // The last block may still grow: stay in it.
      if (this.#serial + 1 >= this.#log.end()) break;
      this.#serial += 1;
      this.#row = 0;
    }
    flush();
    this.#lastTakenAt = this.#log.now();
    return { items, transfer, bytes, conflated: 0, thinned, dropped };
  }

  close(): void {
    this.#onClose(this);
  }

  /** 1: everything as it is. More: this reader is so far behind that only the shape of the curve is sent. */
  #bucketRows(): number {
    if (this.#options.whole === true || this.#passed < this.#historyEnd) return 1;
    const rows = this.#log.entered() - this.#passed;
    const segment = this.#log.segment(this.#serial);
    const series = segment?.is === 'block' ? Math.max(1, segment.block.series.length) : 1;
    if (rows * (1 + series) <= MAX_NUMBERS) return 1;
    // A bucket keeps at most 3 rows per series.
    const buckets = Math.max(1, Math.floor(MAX_NUMBERS / ((1 + series) * 3 * series)));
    return Math.max(2, Math.ceil(rows / buckets));
  }

  #skipOld(): void {
    const { after, rewind } = this.#options;
    const since = rewind === undefined ? undefined : this.#log.now() - rewind;
    const isOld = (block: SampleBlock, row: number): boolean => {
      if (after !== undefined)
        return after.epoch === this.#log.epoch() && (block.epoch !== after.epoch || block.offset + row < after.offset);
      return since !== undefined && (block.times[row] ?? 0) < since;
    };
    for (let serial = this.#serial; serial < this.#log.end(); serial += 1) {
      const segment = this.#log.segment(serial);
      if (segment?.is !== 'block') continue;
      const { block } = segment;
      let row = 0;
      while (row < block.rows && isOld(block, row)) row += 1;
      if (row > 0) {
        // A gap right after the last row that the reader has is still to be told.
        this.#serial = serial;
        this.#row = row;
        this.#passed += row;
      }
      if (row < block.rows) return;
    }
  }
}

function pack(channel: ChannelName, piece: Piece, bucketRows: number): { buffer: ArrayBuffer; rows: number } {
  const { block, from, to } = piece;
  if (bucketRows === 1) return { buffer: block.encode(channel, from, to), rows: to - from };
  return block.encodeThinned(channel, from, to, bucketRows);
}
