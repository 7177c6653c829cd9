import { DEFAULT_CADENCE_MS } from '../../src/contract/board-status.ts';
import type { BoardValue } from '../../src/contract/board-value.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';

/** The cadence is the median of this many last intervals: one late reading does not change it. */
const INTERVALS = 8;
/** More than any board has; names from another computer must not grow without end. The one heard first is forgotten. */
const MAX_SERIES = 1_024;

/** Keeps the cadence of each series of one board, and makes the latest values out of sample batches. */
export class LatestValues {
  readonly #cadences = new Map<string, { lastAt: number; intervals: number[] }>();

  /** The latest reading of each series that has one among the rows from `fromRow` on. */
  update(batch: Pick<SampleBatch, 'series' | 'times' | 'columns' | 'provenance'>, fromRow = 0): BoardValue[] {
    const values: BoardValue[] = [];
    batch.series.forEach((series, index) => {
      const column = batch.columns[index];
      if (column === undefined) return;
      let lastRow = -1;
      for (let row = fromRow; row < column.length; row += 1) {
        if (Number.isNaN(column[row])) continue;
        lastRow = row;
        this.#heard(series, batch.times[row] ?? 0);
      }
      const value = column[lastRow];
      if (value === undefined) return;
      const at = batch.times[lastRow] ?? 0;
      values.push({ series, value, at, provenance: batch.provenance, cadenceMs: this.#cadenceMs(series) });
    });
    return values;
  }

  #heard(series: string, at: number): void {
    const known = this.#cadences.get(series);
    if (known === undefined) {
      this.#cadences.set(series, { lastAt: at, intervals: [] });
      const [oldest] = this.#cadences.keys();
      if (this.#cadences.size > MAX_SERIES && oldest !== undefined) this.#cadences.delete(oldest);
      return;
    }
    if (at > known.lastAt) {
      known.intervals.push(at - known.lastAt);
      if (known.intervals.length > INTERVALS) known.intervals.shift();
    }
    known.lastAt = at;
  }

  #cadenceMs(series: string): number {
    const sorted = [...(this.#cadences.get(series)?.intervals ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? DEFAULT_CADENCE_MS;
  }
}
