import type { MonoMs } from '../../../src/contract/time.ts';
import { type BackoffOptions, backoffMs } from '../../../src/lib/backoff.ts';

/** A connection that held so long is no failed attempt: the next break is tried from the beginning. */
const HEALTHY_MS = 60_000;
/** However long a server says to stay away. */
const MOST_AWAY_MS = 3_600_000;

/** When to try again. */
export class RetryPlan {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  /** Attempts in a row that led to nothing that lasted. */
  failures = 0;
  /** The peer asked to be left alone for at least this long, ms. */
  leastMs = 0;

  constructor(options: BackoffOptions, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** A connection ended that had been open for this long. */
  lasted(ms: MonoMs): void {
    if (ms >= HEALTHY_MS) this.failures = 0;
  }

  /** By our own judgement, ms. */
  next(): number {
    return Math.max(backoffMs(this.failures, this.#options, this.#random), this.#apart(this.leastMs));
  }

  /** By the peer's, ms. */
  told(ms: number): number {
    return this.#apart(Math.min(ms, MOST_AWAY_MS));
  }

  /** Those who were told the same by the same server do not come back at the same moment. */
  #apart(ms: number): number {
    return ms * (1 + this.#random() / 10);
  }
}
