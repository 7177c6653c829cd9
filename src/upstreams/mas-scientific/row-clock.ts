import type { EpochMs } from '../../contract/time.ts';

/** Times of rows that go one way: never back, never ahead of now. Several senders write on one curve, each by a clock of its own. */
export class RowClock {
  #last: EpochMs = 0;

  next(at: EpochMs, now: EpochMs): EpochMs {
    this.#last = Math.max(this.#last, Math.min(at, now));
    return this.#last;
  }
}
