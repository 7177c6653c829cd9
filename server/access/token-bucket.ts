import type { EpochMs } from '../../src/contract/time.ts';

/** A rate with room for a burst. A clock that jumps back gives nothing and takes nothing. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: EpochMs;

  constructor(perSecond: number, burst: number, now: EpochMs) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes `amount` and returns 0, or takes nothing and returns after how many ms there will be enough. */
  take(amount: number, now: EpochMs): number {
    const passedMs = Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + (passedMs / 1000) * this.#perSecond);
    // More than the whole burst can never be enough: it is taken when the bucket is full, as a debt.
    if (this.#tokens >= Math.min(amount, this.#burst)) {
      this.#tokens -= amount;
      return 0;
    }
    return Math.ceil(((Math.min(amount, this.#burst) - this.#tokens) / this.#perSecond) * 1000);
  }
}
