import type { BoardStatus } from '../../src/contract/board-status.ts';
import type { EpochMs } from '../../src/contract/time.ts';

/** Below this the two clocks are called the same: correcting by less than the error of measurement would only add noise. */
const SAME_CLOCK_MS = 250;
const SAMPLES_KEPT = 8;

interface RoundTrip {
  readonly rttMs: number;
  readonly offsetMs: number;
}

/**
 * How far the relay's clock is from ours. The best of the last round trips counts, the fastest one: its error is at most half of it.
 * What is used for correcting times moves only when it is clearly wrong, so that corrected times do not jitter.
 */
export class RelayClock {
  readonly #samples: RoundTrip[] = [];
  #shiftMs = 0;

  /** One question and its answer: sent and received by our clock, answered at `serverMs` by the relay's. */
  measure(sentMs: EpochMs, receivedMs: EpochMs, serverMs: EpochMs): void {
    const rttMs = Math.max(0, receivedMs - sentMs);
    this.#samples.push({ rttMs, offsetMs: serverMs - (sentMs + receivedMs) / 2 });
    if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift();
    const wanted = this.offsetMs ?? 0;
    const target = Math.abs(wanted) < SAME_CLOCK_MS ? 0 : Math.round(wanted);
    if (Math.abs(target - this.#shiftMs) >= SAME_CLOCK_MS) this.#shiftMs = target;
  }

  /** Relay minus ours, ms; undefined before the first answer. */
  get offsetMs(): number | undefined {
    return this.#best?.offsetMs;
  }

  get rttMs(): number | undefined {
    return this.#samples.at(-1)?.rttMs;
  }

  /** What is added to our times for the relay, and taken from its times for us. */
  get shiftMs(): number {
    return this.#shiftMs;
  }

  reset(): void {
    this.#samples.length = 0;
  }

  get #best(): RoundTrip | undefined {
    let best: RoundTrip | undefined;
    for (const sample of this.#samples) if (best === undefined || sample.rttMs < best.rttMs) best = sample;
    return best;
  }
}

/** A record with its time moved. */
export function shiftAt<R>(record: R, byMs: number): R {
  if (byMs === 0 || typeof record !== 'object' || record === null || !('at' in record)) return record;
  return typeof record.at === 'number' ? { ...record, at: record.at + byMs } : record;
}

/** Moves the times of a batch in its own buffer. */
export function shiftTimes(times: Float64Array, byMs: number): void {
  if (byMs === 0) return;
  times.forEach((time, row) => {
    times[row] = time + byMs;
  });
}

/** A status with every moment in it moved. */
export function shiftStatus(status: BoardStatus, byMs: number): BoardStatus {
  if (byMs === 0) return status;
  const moved = (at: EpochMs | undefined) => (at === undefined ? undefined : at + byMs);
  const { phase, health } = status;
  return {
    ...status,
    phase:
      phase.is === 'retrying'
        ? { ...phase, since: phase.since + byMs, nextAt: phase.nextAt + byMs }
        : { ...phase, since: phase.since + byMs },
    health: {
      ...health,
      lastReset: health.lastReset && { ...health.lastReset, at: health.lastReset.at + byMs },
      lastByteAt: moved(health.lastByteAt),
      lastDataAt: moved(health.lastDataAt),
    },
  };
}
