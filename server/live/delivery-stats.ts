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

  /** Ages since the last call with the same reader's name, or since ever: `p50`, `p99` in ms, undefined where nothing was delivered. */
  ages(kind: ChannelKind): AgeHistogram {
    return this.#ages[kind];
  }
}

/** From publication to the socket. */
export class AgeHistogram {
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  count = 0;
  sumMs = 0;

  add(ageMs: number): void {
    const index = ageMs <= 0.1 ? 0 : Math.min(BOUNDS.length, Math.ceil(Math.log(ageMs * 10) / LOG_STEP));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.count++;
    this.sumMs += ageMs;
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

  /** Halves what was counted, so that quantiles follow the last minutes. Called now and then by whoever shows them. */
  decay(): void {
    for (const [index, count] of this.#counts.entries()) this.#counts[index] = count / 2;
    this.count /= 2;
    this.sumMs /= 2;
  }
}
