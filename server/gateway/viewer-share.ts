import type { EpochMs } from '../../src/contract/time.ts';
import { LruMap } from '../access/lru-map.ts';
import type { Principal } from '../access/principal.ts';
import { TokenBucket } from '../access/token-bucket.ts';
import type { BudgetLimits } from './targets.ts';

/** Of a minute's budget: at once, and then in each further minute. */
const BURST_PART = 0.6;
const STEADY_PART = 0.3;
const MAX_TRACKED = 2_048;
const MINUTE_S = 60;

/**
 * What one viewer may cost of a budget that is everybody's: questions that nobody asked before, and streams. Whoever invents questions
 * would use up in seconds what all others live on; operators and owners are trusted not to.
 */
export class ViewerShare {
  readonly #buckets = new LruMap<TokenBucket>(MAX_TRACKED);

  /** 0: go on; else for how long not to ask, ms. */
  take(who: Pick<Principal, 'id' | 'role'>, origin: string, budget: BudgetLimits | undefined, now: EpochMs): number {
    if (who.role !== 'viewer' || budget === undefined || !Number.isFinite(budget.perMinute)) return 0;
    const key = `${origin} ${who.id}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const burst = Math.max(1, Math.floor(budget.perMinute * BURST_PART));
      bucket = new TokenBucket((budget.perMinute * STEADY_PART) / MINUTE_S, burst, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(1, now);
  }
}
