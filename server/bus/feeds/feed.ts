import type { GapReason } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import type { FeedState, FeedTally } from './feed-stats.ts';
import type { FeedTarget } from './feed-target.ts';
import type { Complaint } from './read-message.ts';

/** A message that was dropped, for the log. */
export interface FeedComplaint {
  readonly source: string;
  readonly from: string;
  readonly why: Complaint['why'];
  readonly excerpt: string;
  /** Others of this feed since the last one that was logged. */
  readonly unlogged: number;
}

export interface FeedParts {
  readonly tally: FeedTally;
  readonly target: FeedTarget;
  readonly clock: Clock;
  readonly isOurs: () => boolean;
  readonly log: (complaint: FeedComplaint) => void;
}

const LOG_EVERY_MS = 10_000;

/** What all kinds of feed share: where it goes, what it counts, what it has lost, and how often it complains. */
export class Feed {
  readonly tally: FeedTally;
  readonly target: FeedTarget;
  readonly clock: Clock;
  /** Whether this server is still the one that reads the source: another may have taken over while this one was frozen. */
  readonly isOurs: () => boolean;
  readonly #log: (complaint: FeedComplaint) => void;
  #loggedAt = Number.NEGATIVE_INFINITY;
  #unlogged = 0;
  #lost: { readonly why: GapReason; readonly fromMs: EpochMs } | undefined;

  constructor({ tally, target, clock, isOurs, log }: FeedParts) {
    this.tally = tally;
    this.target = target;
    this.clock = clock;
    this.isOurs = isOurs;
    this.#log = log;
  }

  /** Something is missing from here on; told when the feed is back. The first reason stands. */
  lost(why: GapReason, fromMs: EpochMs): void {
    this.#lost ??= { why, fromMs };
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Subscribed, from now on nothing is missed. `missed`: whether what came meanwhile is lost for good. */
  back(missed: boolean): void {
    const lost = this.#lost;
    this.#lost = undefined;
    if (lost !== undefined && missed) this.gap(lost.why, lost.fromMs);
    const { is } = this.tally.state;
    if (is !== 'live' && is !== 'silent') this.state({ is: 'silent', since: this.clock.now() });
  }

  gap(why: GapReason, fromMs: EpochMs): void {
    if (this.target.gap(why, fromMs)) this.tally.count('gap');
  }

  state(state: FeedState): void {
    this.tally.state = state;
  }

  drop({ why, excerpt }: Complaint): void {
    this.tally.count(why);
    if (excerpt === undefined) return;
    const now = this.clock.now();
    if (now - this.#loggedAt < LOG_EVERY_MS) {
      this.#unlogged++;
      return;
    }
    this.#loggedAt = now;
    this.#log({ source: this.tally.source, from: this.tally.from, why, excerpt, unlogged: this.#unlogged });
    this.#unlogged = 0;
  }
}
