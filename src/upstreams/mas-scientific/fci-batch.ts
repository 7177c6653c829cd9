import type { Provenance } from '../../contract/provenance.ts';
import type { EpochMs } from '../../contract/time.ts';
import { MAX_FCI_CHANNELS } from '../../contract/upstream/mas-scientific.ts';
import type { Rows } from '../out.ts';
import { channelNames } from './fci-signals.ts';

const CAPACITY = 1_024;

/**
 * Collects samples that come one at a time, a thousand a second, into rows: a batch costs what a single row would. Filled in place;
 * what {@link take} gives is a copy.
 */
export class FciBatch {
  readonly #times = new Float64Array(CAPACITY);
  readonly #columns: Float64Array[] = [];
  #rows = 0;
  #lastMs: EpochMs = 0;

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get isFull(): boolean {
    return this.#rows === CAPACITY;
  }

  /** A new row, all holes. Only when it is not full. */
  open(at: EpochMs): void {
    const row = this.#rows;
    this.#lastMs = Math.max(this.#lastMs, at);
    this.#times[row] = this.#lastMs;
    for (const column of this.#columns) column[row] = Number.NaN;
    this.#rows = row + 1;
  }

  /** A number of the row that was opened last. */
  set(channel: number, value: number): void {
    while (this.#columns.length <= channel) this.#columns.push(new Float64Array(CAPACITY).fill(Number.NaN));
    const column = this.#columns[channel];
    if (column) column[this.#rows - 1] = value;
  }

  take(provenance: Provenance): Rows {
    const rows = this.#rows;
    this.#rows = 0;
    return {
      series: channelNames(Math.min(this.#columns.length, MAX_FCI_CHANNELS)),
      times: this.#times.slice(0, rows),
      columns: this.#columns.map((column) => column.slice(0, rows)),
      provenance,
    };
  }
}
