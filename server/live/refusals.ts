import type { AppError, ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../health.ts';

/** Who goes on after this many in a row without a pause of {@link PAUSE_MS} is not a client but a flood. */
const MOST = 20_000;
const PAUSE_MS = 10_000;
const TELL_EVERY_MS = 1_000;

/** Tells a client what was not taken, at most once a second per code: answering each of a flood would double it. */
export class Refusals {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #send: (message: FromRelay) => void;
  readonly #untold = new Map<ErrorCode, { count: number; cancel: () => void }>();
  #total = 0;
  #lastAt = 0;

  constructor(clock: Clock, metrics: Metrics, send: (message: FromRelay) => void) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.#send = send;
  }

  /** Returns false when it is enough. `rid`: of the question that was refused, which has an answer of its own. */
  tell(error: AppError, retryAfterMs: number | undefined, rid?: number): boolean {
    const now = this.#clock.now();
    this.#metrics.refused.inc({ reason: error.code });
    this.#total = now - this.#lastAt > PAUSE_MS ? 1 : this.#total + 1;
    this.#lastAt = now;
    if (rid !== undefined) {
      this.#send({ t: 'answer', rid, ok: false, error, retryAfterMs });
      return this.#total < MOST;
    }
    const waiting = this.#untold.get(error.code);
    if (waiting) {
      waiting.count++;
      return this.#total < MOST;
    }
    this.#send({ t: 'refused', error, count: 1, retryAfterMs });
    const entry = {
      count: 0,
      cancel: this.#clock.schedule(TELL_EVERY_MS, () => {
        this.#untold.delete(error.code);
        if (entry.count > 0) this.#send({ t: 'refused', error, count: entry.count, retryAfterMs });
      }),
    };
    this.#untold.set(error.code, entry);
    return this.#total < MOST;
  }

  close(): void {
    for (const { cancel } of this.#untold.values()) cancel();
    this.#untold.clear();
  }
}
