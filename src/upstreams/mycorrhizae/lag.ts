import type { Gap } from '../../contract/channel.ts';
import type { EpochMs } from '../../contract/time.ts';
import { MYCORRHIZAE_LAG_MS } from '../../contract/upstream/mycorrhizae.ts';

/** The quickest message of a connection took no longer than this, ms: else it is their clock. */
const SKEW_MS = 60_000;

/**
 * How far behind a stream is: the service keeps everything for a reader that is slow, without end, so what comes late comes ever later.
 * Measured against the quickest message of this connection, so that a clock of theirs that is hours off is no lag.
 */
export class Lag {
  #quickest = Number.POSITIVE_INFINITY;
  #since: EpochMs | undefined;
  #count = 0;

  /** A new connection has nothing behind it. */
  restart(): void {
    this.#quickest = Number.POSITIVE_INFINITY;
    this.#since = undefined;
    this.#count = 0;
  }

  heard(sent: EpochMs, now: EpochMs): void {
    this.#quickest = Math.min(this.#quickest, now - sent);
  }

  /** How far their clock is behind ours, if that is more than any journey takes; negative: ahead. 0: it can be believed. */
  get skewMs(): number {
    return Number.isFinite(this.#quickest) && Math.abs(this.#quickest) > SKEW_MS ? this.#quickest : 0;
  }

  /** Whether a message that was sent `sent` is too late to be worth showing. */
  isLate(sent: EpochMs, now: EpochMs): boolean {
    return now - sent - this.#quickest > MYCORRHIZAE_LAG_MS;
  }

  skipped(sent: EpochMs): void {
    this.#since ??= sent;
    this.#count += 1;
  }

  /** Up to date again: what was left out, once. */
  caughtUp(now: EpochMs): Gap | undefined {
    if (this.#since === undefined) return undefined;
    const gap: Gap = { why: 'slow-consumer', count: this.#count, fromMs: this.#since, toMs: now };
    this.#since = undefined;
    this.#count = 0;
    return gap;
  }
}
