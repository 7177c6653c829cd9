/**
 * Spikes of one channel, found sample by sample: further from the running mean than `factor` times the running mean deviation, one per
 * refractory time. Derived, and said to be: MAS counts by rules of its own.
 */
export class SpikeFinder {
  readonly #factor: number;
  readonly #refractoryMs: number;
  #mean = 0;
  #deviation = 0;
  #seen = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(factor = 5, refractoryMs = 20) {
    this.#factor = factor;
    this.#refractoryMs = refractoryMs;
  }

  /** True when this sample begins a spike. NaN is no sample. */
  add(timeMs: number, value: number): boolean {
    if (Number.isNaN(value)) return false;
    const share = this.#seen < WARM_UP ? 1 / (this.#seen + 1) : SHARE;
    const off = Math.abs(value - this.#mean);
    const isFar = this.#seen >= WARM_UP && this.#deviation > 0 && off > this.#factor * this.#deviation;
    // A spike must not make the next one look small.
    const used = isFar ? this.#factor * this.#deviation : off;
    this.#deviation += share * (used - this.#deviation);
    this.#mean += share * (isFar ? Math.sign(value - this.#mean) * used : value - this.#mean);
    this.#seen += 1;
    if (!isFar || timeMs - this.#lastMs < this.#refractoryMs) return false;
    this.#lastMs = timeMs;
    return true;
  }
}

/** Samples before anything is judged, and the weight of a new one from then on. */
const WARM_UP = 100;
const SHARE = 0.002;
