import type { Provenance } from '../contract/provenance.ts';

/** One series as two columns of equal length, oldest first, without the rows in which it had no reading. */
export interface Curve {
  readonly series: string;
  readonly provenance: Provenance;
  readonly length: number;
  /** EpochMs, not decreasing. A view on the curve's memory: good until the next change, do not keep it. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

const FIRST_CAPACITY = 512;

/** A curve that keeps its last `keepRows` readings. Memory is at most twice that; appending never copies the whole each time. */
export class GrowingCurve implements Curve {
  readonly series: string;
  provenance: Provenance;
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;
  readonly #keepRows: number;

  constructor(series: string, provenance: Provenance, keepRows: number) {
    this.series = series;
    this.provenance = provenance;
    this.#keepRows = keepRows;
  }

  get length(): number {
    return this.#end - this.#start;
  }
  get times(): Float64Array {
    return this.#times.subarray(this.#start, this.#end);
  }
  get values(): Float64Array {
    return this.#values.subarray(this.#start, this.#end);
  }

  /** Rows whose value is NaN are left out. */
  append(times: Float64Array, values: Float64Array): void {
    for (let row = 0; row < times.length; row += 1) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (this.#end === this.#times.length) this.#makeRoom();
      this.#times[this.#end] = times[row] ?? Number.NaN;
      this.#values[this.#end] = value;
      this.#end += 1;
      if (this.length > this.#keepRows) this.#start += 1;
    }
  }

  #makeRoom(): void {
    const most = 2 * Math.max(this.#keepRows, FIRST_CAPACITY);
    const capacity = this.length * 2 > this.#times.length ? Math.min(this.#times.length * 2, most) : this.#times.length;
    const times = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    times.set(this.times);
    values.set(this.values);
    this.#end = this.length;
    this.#start = 0;
    this.#times = times;
    this.#values = values;
  }
}
