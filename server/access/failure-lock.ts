import type { EpochMs } from '../../src/contract/time.ts';
import { LruMap } from './lru-map.ts';

export interface FailureLimits {
  readonly failuresBeforeLock: number;
  readonly lockMs: number;
  readonly maxLockMs: number;
  readonly trackedAddresses: number;
}

interface Failures {
  count: number;
  lockedUntil: EpochMs;
  lastAt: EpochMs;
}

/**
 * Who guesses must wait, each time twice as long: after `failuresBeforeLock` failures `lockMs`, then double, up to `maxLockMs`. What
 * happened longer ago than the longest wait is forgotten.
 */
export class FailureLock {
  readonly #limits: FailureLimits;
  readonly #failures: LruMap<Failures>;

  constructor(limits: FailureLimits) {
    this.#limits = limits;
    this.#failures = new LruMap(limits.trackedAddresses);
  }

  get evicted(): number {
    return this.#failures.evicted;
  }

  /** 0: may try now. */
  waitMs(address: string, now: EpochMs): number {
    return Math.max(0, (this.#failures.get(address)?.lockedUntil ?? 0) - now);
  }

  /** Returns how long the next try must wait. */
  failed(address: string, now: EpochMs): number {
    const { failuresBeforeLock, lockMs, maxLockMs } = this.#limits;
    const known = this.#failures.get(address);
    const count = known !== undefined && now - known.lastAt <= maxLockMs ? known.count + 1 : 1;
    const over = count - failuresBeforeLock;
    const waitMs = over < 0 ? 0 : Math.min(maxLockMs, lockMs * 2 ** Math.min(over, 40));
    this.#failures.set(address, { count, lockedUntil: now + waitMs, lastAt: now });
    return waitMs;
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }
}
