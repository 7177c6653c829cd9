import type { Out } from '../out.ts';

/** Names a source makes up are as many as it likes; curves are not. What comes too late is left out and counted. */
export class SeriesCap {
  readonly #names = new Set<string>();
  readonly #most: number;

  constructor(most = 1_024) {
    this.#most = most;
  }

  hasPlaceFor(series: string, out: Out): boolean {
    if (this.#names.has(series)) return true;
    if (this.#names.size >= this.#most) {
      out.count('dropped', 'too-many-series');
      return false;
    }
    this.#names.add(series);
    return true;
  }
}
