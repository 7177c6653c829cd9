import type { ChannelKind } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';

/** Upper bounds of the age buckets, ms: each a quarter more than the one before, from 0.1 ms to about 2 minutes. */
const BOUNDS: readonly number[] = Array.from({ length: 64 }, (_, index) => 0.1 * 1.25 ** index);
const LOG_STEP = Math.log(1.25);

/** Quantiles are of the last one to two of these, so that the trouble of now is not lost in the peace of a week. */
const WINDOW_MS = 60_000;

/** What was handed to sockets, counted in plain numbers: it happens a hundred thousand times a second and more. */
export class DeliveryStats {
  writes = 0;
  frames = 0;
  bytes = 0;
  readonly #ages: Record<ChannelKind, AgeHistogram> = {
    events: new AgeHistogram(),
    state: new AgeHistogram(),
    samples: new AgeHistogram(),
  };

  /** A frame of what is new. What was asked for as history is counted in `frames` alone: its age is nobody's delay. */
  delivered(kind: ChannelKind, ageMs: number): void {
    this.frames++;
    this.#ages[kind].add(ageMs);
  }

  wrote(bytes: number): void {
    this.writes++;
    this.bytes += bytes;
  }

  ages(kind: ChannelKind): AgeHistogram {
    return this.#ages[kind];
  }
}

/** Ages from publication to the socket: counted since the start, quantiles of the last minutes. */
export class AgeHistogram {
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  /** The counts as they were when the window before the running one began, and when this one did. */
  #before = new Float64Array(BOUNDS.length + 1);
  #atTurn = new Float64Array(BOUNDS.length + 1);
  #turnedAt = Number.NEGATIVE_INFINITY;
  #lastMs = 0;
  #lastIndex = 0;
  count = 0;
  sumMs = 0;

  /** A clock that was set back makes no age below nothing. */
  add(ageMs: number): void {
    // Everybody who gets one frame in one flush gets it at one age.
    if (ageMs !== this.#lastMs) {
      this.#lastMs = ageMs;
      this.#lastIndex = ageMs <= 0.1 ? 0 : Math.min(BOUNDS.length, Math.ceil(Math.log(ageMs * 10) / LOG_STEP));
    }
    this.#counts[this.#lastIndex] = (this.#counts[this.#lastIndex] ?? 0) + 1;
    this.count++;
    if (ageMs > 0) this.sumMs += ageMs;
  }

  /** Upper bound, ms, of the bucket that holds this share of the last minutes; undefined: nothing was delivered in them. */
  quantile(share: number, now: EpochMs): number | undefined {
    if (Math.abs(now - this.#turnedAt) >= WINDOW_MS) {
      this.#before = this.#atTurn;
      this.#atTurn = this.#counts.slice();
      this.#turnedAt = now;
    }
    const recent = this.#counts.map((count, index) => count - (this.#before[index] ?? 0));
    const all = recent.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    for (const [index, count] of recent.entries()) {
      seen += count;
      if (count > 0 && seen >= share * all) return BOUNDS[index] ?? Number.POSITIVE_INFINITY;
    }
    return undefined;
  }

  /** Counts up to and including each bound, ms: a Prometheus histogram. */
  *cumulative(): Iterable<readonly [boundMs: number, count: number]> {
    let seen = 0;
    for (const [index, bound] of BOUNDS.entries()) {
      seen += this.#counts[index] ?? 0;
      yield [bound, seen];
    }
  }
}
