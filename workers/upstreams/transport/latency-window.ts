const KEPT = 256;

/** How late the newest records were, ms. */
export class LatencyWindow {
  readonly #kept = new Float64Array(KEPT);
  #count = 0;

  add(ms: number): void {
    this.#kept[this.#count++ % KEPT] = ms;
  }

  /** undefined before the first. */
  percentiles(): { readonly p50: number; readonly p99: number } | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#kept.slice(0, Math.min(this.#count, KEPT)).sort();
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
