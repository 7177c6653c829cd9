import type { MonoMs } from '../../../src/contract/time.ts';

const MINUTE_MS = 60_000;

/** How many connections may be made within a minute: all of ours, and everybody else's, count against one key. */
export class ConnectBudget {
  readonly #most: number;
  readonly #made: MonoMs[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes one; false: there is none left in this minute. */
  take(now: MonoMs): boolean {
    while (this.#made[0] !== undefined && now - this.#made[0] >= MINUTE_MS) this.#made.shift();
    if (this.#made.length >= this.#most) return false;
    this.#made.push(now);
    return true;
  }
}
