import type { EpochMs } from '../../src/contract/time.ts';
import { LruMap } from './lru-map.ts';
import { TokenBucket } from './token-bucket.ts';

export interface RateLimits {
  readonly connectionsPerAddress: number;
  readonly connectsPerSecond: number;
  readonly connectsBurst: number;
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;
  readonly principalRecordsPerSecond: number;
  readonly boardRecordsPerSecond: number;
  readonly trackedAddresses: number;
}

/** `code` is the limit's name. */
export interface LimitRefusal {
  readonly code: 'connections-per-address' | 'connects-per-address' | 'requests-per-address';
  readonly retryAfterMs: number;
}

/** Nobody knows when a connection ends; this long is worth a wait. */
const FULL_RETRY_MS = 5_000;

/** Token buckets by key, bounded: who was not heard of for longest begins anew. */
class Buckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets: LruMap<TokenBucket>;

  constructor(perSecond: number, burst: number, max: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#buckets = new LruMap(max);
  }

  get evicted(): number {
    return this.#buckets.evicted;
  }

  take(key: string, amount: number, now: EpochMs): number {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#perSecond, this.#burst, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(amount, now);
  }
}

/** What one address, one principal and one board may do in a second. Limits of a single connection are that connection's own. */
export class AccessLimits {
  readonly #limits: RateLimits;
  readonly #now: () => EpochMs;
  readonly #isOpen: boolean;
  readonly #connects: Buckets;
  readonly #requests: Buckets;
  readonly #principals: Buckets;
  readonly #boards: Buckets;
  /** Open connections: as many entries as connections at most, which has a limit of its own. */
  readonly #open = new Map<string, number>();

  /** @param isOpen everybody is one principal, so that what one may publish would be for all together: not looked at. */
  constructor(limits: RateLimits, now: () => EpochMs, isOpen = false) {
    this.#isOpen = isOpen;
    const max = limits.trackedAddresses;
    this.#limits = limits;
    this.#now = now;
    this.#connects = new Buckets(limits.connectsPerSecond, limits.connectsBurst, max);
    this.#requests = new Buckets(limits.requestsPerSecond, limits.requestsBurst, max);
    this.#principals = new Buckets(limits.principalRecordsPerSecond, 4 * limits.principalRecordsPerSecond, max);
    this.#boards = new Buckets(limits.boardRecordsPerSecond, 4 * limits.boardRecordsPerSecond, max);
  }

  /** Before a connection is taken. */
  connect(address: string): LimitRefusal | undefined {
    if ((this.#open.get(address) ?? 0) >= this.#limits.connectionsPerAddress)
      return { code: 'connections-per-address', retryAfterMs: FULL_RETRY_MS };
    const retryAfterMs = this.#connects.take(address, 1, this.#now());
    return retryAfterMs > 0 ? { code: 'connects-per-address', retryAfterMs } : undefined;
  }

  /** A connection was taken; to be called back once when it ended. */
  opened(address: string): () => void {
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left === 0) this.#open.delete(address);
      else this.#open.set(address, left);
    };
  }

  request(address: string): LimitRefusal | undefined {
    const retryAfterMs = this.#requests.take(address, 1, this.#now());
    return retryAfterMs > 0 ? { code: 'requests-per-address', retryAfterMs } : undefined;
  }

  /** 0: `records` may be published by this principal; otherwise after how many ms. Refuse as `publish-per-principal`. */
  publish(principal: string, records: number): number {
    return this.#isOpen ? 0 : this.#principals.take(principal, records, this.#now());
  }

  /** The same for what is published for one board, whoever does it. Refuse as `publish-per-board`. */
  publishForBoard(board: string, records: number): number {
    return this.#boards.take(board, records, this.#now());
  }

  stats(): { readonly addresses: number; readonly evicted: number } {
    const evicted = [this.#connects, this.#requests, this.#principals, this.#boards].reduce((n, b) => n + b.evicted, 0);
    return { addresses: this.#open.size, evicted };
  }
}
