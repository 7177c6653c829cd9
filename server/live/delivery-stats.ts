import type { ChannelKind } from '../../src/contract/channel.ts';

/** Upper bounds of the age buckets, ms: each a quarter more than the one before, from 0.1 ms to about 2 minutes. */
const BOUNDS: readonly number[] = Array.from({ length: 64 }, (_, index) => 0.1 * 1.25 ** index);
const LOG_STEP = Math.log(1.25);

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

  delivered(kind: ChannelKind, ageMs: number): void {
    this.frames++;
    this.#ages[kind].add(ageMs);
  }

  wrote(bytes: number): void {
    this.writes++;
    this.bytes += bytes;
  }

  /** From publication to the socket, since the start. */
  ages(kind: ChannelKind): AgeHistogram {
    return this.#ages[kind];
  }
}

/** From publication to the socket. */
export class AgeHistogram {
  readonly #counts = new Float64Array(BOUNDS.length + 1);
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

  /** Upper bound of the bucket that holds this share of all, ms. */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined;
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= share * this.count) return BOUNDS[index] ?? Number.POSITIVE_INFINITY;
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
