import type { ChannelName } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { DropReason } from './read-message.ts';

/**
 * ```text
 *  standby ─ leads ─▶ connecting ─ subscribed ─▶ silent ─ first message ─▶ live
 *     ▲                   ▲  ▲                      │                        │
 *     └── another leads   │  └──── connection lost ─┴─▶ retrying ◀───────────┤
 *                         └── refused (password, rights, wrong type) ◀───────┘
 * ```
 */
export type FeedState =
  /** Another server reads this source. */
  | { readonly is: 'standby' }
  | { readonly is: 'connecting' }
  /** Subscribed; nothing came yet. That is not health, and not a failure either. */
  | { readonly is: 'silent'; readonly since: EpochMs }
  | { readonly is: 'live' }
  | { readonly is: 'retrying'; readonly at: EpochMs; readonly why: string }
  /** By the Redis server, in its words. Tried again all the same, in case it is mended. */
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'closed' };

/** One feed: one pattern or stream of one source, into one channel. */
export interface FeedStats {
  readonly source: string;
  readonly from: string;
  readonly to: ChannelName;
  readonly received: number;
  readonly delivered: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Messages that went on although the wrapper named another channel. */
  readonly mismatched: number;
  readonly gaps: number;
  readonly reconnects: number;
  /** Since the last message, ms; undefined: none since the start. */
  readonly lastAgeMs: number | undefined;
  readonly state: FeedState;
  /** The state for people. */
  readonly words: string;
}

export function feedWords(state: FeedState): string {
  switch (state.is) {
    case 'standby':
      return 'another server reads this source';
    case 'connecting':
      return 'connecting';
    case 'silent':
      return `silent: no producer seen since ${new Date(state.since).toISOString()}`;
    case 'live':
      return 'live';
    case 'retrying':
      return `retrying at ${new Date(state.at).toISOString()}: ${state.why}`;
    case 'refused':
      return `refused: ${state.why}`;
    case 'closed':
      return 'closed';
  }
}

export type FeedCount = 'received' | 'delivered' | 'gap' | 'reconnect' | DropReason;

/** Counters of one feed, and where it stands. */
export class FeedTally {
  readonly source: string;
  readonly from: string;
  readonly to: ChannelName;
  readonly #counts = new Map<FeedCount, number>();
  readonly #told: (what: FeedCount, n: number) => void;
  #state: FeedState = { is: 'standby' };
  #lastAt: EpochMs | undefined;
  mismatched = 0;

  constructor(
    names: { readonly source: string; readonly from: string; readonly to: ChannelName },
    told: (what: FeedCount, n: number) => void,
  ) {
    this.source = names.source;
    this.from = names.from;
    this.to = names.to;
    this.#told = told;
  }

  get state(): FeedState {
    return this.#state;
  }

  set state(state: FeedState) {
    this.#state = state;
  }

  count(what: FeedCount, n = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + n);
    this.#told(what, n);
  }

  received(now: EpochMs): void {
    this.count('received');
    this.#lastAt = now;
    if (this.#state.is !== 'live') this.#state = { is: 'live' };
  }

  get lastAt(): EpochMs | undefined {
    return this.#lastAt;
  }

  stats(now: EpochMs): FeedStats {
    const { received = 0, delivered = 0, gap = 0, reconnect = 0, ...dropped } = Object.fromEntries(this.#counts);
    return {
      source: this.source,
      from: this.from,
      to: this.to,
      received,
      delivered,
      dropped,
      mismatched: this.mismatched,
      gaps: gap,
      reconnects: reconnect,
      lastAgeMs: this.#lastAt === undefined ? undefined : now - this.#lastAt,
      state: this.#state,
      words: feedWords(this.#state),
    };
  }
}
