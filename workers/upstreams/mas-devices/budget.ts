import type { MonoMs } from '../../../src/contract/time.ts';

/** So many questions at once, and one more every so often: MAS answers 60 in a minute and 1,000 in an hour, to everybody together. */
export class Budget {
  readonly #most: number;
  readonly #everyMs: number;
  #left: number;
  #at: MonoMs;

  constructor(most: number, everyMs: number, now: MonoMs) {
    this.#most = most;
    this.#everyMs = everyMs;
    this.#left = most;
    this.#at = now;
  }

  /** True: it may be asked now. */
  take(now: MonoMs): boolean {
    const earned = Math.floor((now - this.#at) / this.#everyMs);
    if (earned > 0) {
      this.#left = Math.min(this.#most, this.#left + earned);
      this.#at += earned * this.#everyMs;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
