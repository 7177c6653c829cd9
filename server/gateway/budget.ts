import type { EpochMs } from '../../src/contract/time.ts';
import type { BudgetLimits } from './targets.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of the minute's requests, kept for whoever has no answer to fall back on: commands, first questions. */
const RESERVED = 0.2;
/** When a server says 429 without saying for how long. */
const DEFAULT_BLOCK_MS = 60_000;
const MAX_BLOCK_MS = HOUR_MS;

/** How badly a request is needed. `refresh`: an older answer is there. */
export type Need = 'refresh' | 'needed';

/**
 * How often one origin may be asked, by everybody together. Two rules, both always kept:
 * ```text
 *  minute   the last 60 s hold at most perMinute requests (a sliding window: right for any kind of counting on the other side)
 *  hour     a bucket of a quarter of an hour's share, refilled so that no hour holds more than perHour: spread, not spent at once
 * ```
 */
export class Budget {
  readonly #perMinute: number;
  readonly #perHour: number;
  readonly #burst: number;
  /** Times of the requests of the last minute, oldest first. */
  #recent: EpochMs[] = [];
  #tokens: number;
  #filledAt: EpochMs;
  #blockedUntil: EpochMs = 0;

  constructor(limits: BudgetLimits, now: EpochMs) {
    this.#perMinute = limits.perMinute;
    this.#perHour = limits.perHour;
    this.#burst = Math.max(1, Math.floor(limits.perHour / 4));
    this.#tokens = this.#burst;
    this.#filledAt = now;
  }

  /** Takes one request; or says for how long not to ask, ms. */
  take(now: EpochMs, need: Need = 'needed'): number {
    const waitMs = this.waitMs(now, need);
    if (waitMs > 0) return waitMs;
    if (Number.isFinite(this.#perMinute)) this.#recent.push(now);
    this.#tokens -= 1;
    return 0;
  }

  /** 0: now. */
  waitMs(now: EpochMs, need: Need = 'needed'): number {
    this.#settle(now);
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    const reserve = need === 'refresh' ? RESERVED : 0;
    return Math.max(this.#minuteWaitMs(now, reserve), this.#hourWaitMs(reserve));
  }

  /** The other side says 429: nobody asks before it says. */
  block(now: EpochMs, retryAfterMs: number = DEFAULT_BLOCK_MS): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, now + Math.min(Math.max(retryAfterMs, 1_000), MAX_BLOCK_MS));
  }

  left(now: EpochMs): { readonly minute: number; readonly hour: number; readonly blockedMs: number } {
    this.#settle(now);
    return {
      minute: this.#perMinute - this.#recent.length,
      hour: Math.floor(this.#tokens),
      blockedMs: Math.max(0, this.#blockedUntil - now),
    };
  }

  #minuteWaitMs(now: EpochMs, reserve: number): number {
    const most = Math.max(1, Math.floor(this.#perMinute * (1 - reserve)));
    if (this.#recent.length < most) return 0;
    const frees = this.#recent[this.#recent.length - most] ?? now;
    return frees + MINUTE_MS - now;
  }

  #hourWaitMs(reserve: number): number {
    const least = 1 + Math.min(this.#burst - 1, Math.floor(this.#burst * reserve));
    return this.#tokens >= least ? 0 : Math.ceil((least - this.#tokens) / this.#refillPerMs());
  }

  /** With a full bucket at its begin, an hour still holds no more than perHour. */
  #refillPerMs(): number {
    return (this.#perHour - this.#burst) / HOUR_MS || 1 / HOUR_MS;
  }

  #settle(now: EpochMs): void {
    // A clock that was set back must not stop everything: what seems to be of the future is of now.
    if (this.#filledAt > now) this.#filledAt = now;
    if ((this.#recent.at(-1) ?? 0) > now) this.#recent = this.#recent.map((at) => Math.min(at, now));
    if (this.#tokens < this.#burst)
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#refillPerMs());
    this.#filledAt = now;
    const first = this.#recent.findIndex((at) => at > now - MINUTE_MS);
    if (first > 0) this.#recent.splice(0, first);
    else if (first < 0) this.#recent = [];
  }
}

/** One budget per origin: upstreams of the same server share it, and the strictest of what they say counts. */
export class Budgets {
  readonly #budgets = new Map<string, Budget>();

  constructor(
    targets: Iterable<{
      readonly base: URL;
      readonly altBase: URL | undefined;
      readonly budget: BudgetLimits | undefined;
    }>,
    now: EpochMs,
  ) {
    const limits = new Map<string, BudgetLimits>();
    for (const { base, altBase, budget } of targets)
      for (const url of altBase === undefined ? [base] : [base, altBase]) {
        const known = limits.get(url.origin) ?? NO_LIMITS;
        const own = budget ?? NO_LIMITS;
        limits.set(url.origin, {
          perMinute: Math.min(known.perMinute, own.perMinute),
          perHour: Math.min(known.perHour, own.perHour),
        });
      }
    for (const [origin, one] of limits) this.#budgets.set(origin, new Budget(one, now));
  }

  of(url: URL): Budget {
    const budget = this.#budgets.get(url.origin);
    if (budget === undefined) throw new Error('an address that no target has');
    return budget;
  }
}

const NO_LIMITS: BudgetLimits = { perMinute: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY };
