import { parseBoardChannel } from '../../src/contract/channel.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { TokenBucket } from '../access/token-bucket.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import { weightOf } from './publishing.ts';

/** Rates that several connections share; each says after how many ms so many records may be taken, 0 for now. */
export interface SharedRates {
  publish(principal: string, records: number): number;
  publishForBoard(board: string, records: number): number;
}

export interface RatesContext {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly rates: SharedRates;
}

/** A rate that is used up: which limit, and when there will be room. */
export interface Exceeded {
  readonly limit: string;
  readonly retryAfterMs: number;
}

/** What one connection may send. Made with its first message: most of those who only listen say little. */
export class ClientRates {
  readonly #context: RatesContext;
  readonly #records: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(context: RatesContext) {
    const { limits, clock } = context;
    this.#context = context;
    this.#records = new TokenBucket(limits.recordsPerSecond, limits.recordsBurst, clock.now());
    this.#bytes = new TokenBucket(limits.bytesPerSecond, limits.bytesBurst, clock.now());
  }

  bytes(count: number): Exceeded | undefined {
    return exceeded('bytesPerSecond', this.#bytes.take(count, this.#context.clock.now()));
  }

  records(count: number): Exceeded | undefined {
    return exceeded('recordsPerSecond', this.#records.take(count, this.#context.clock.now()));
  }

  /** A binary batch. `principal` as for {@link message}. */
  batch(principal: string | undefined): Exceeded | undefined {
    return this.records(1) ?? this.#published(principal, 1);
  }

  /** @param principal undefined: everybody's own computer, where nobody else is to be protected. */
  message(message: ToRelay, principal: string | undefined): Exceeded | undefined {
    const { rates } = this.#context;
    const own = this.records(recordsIn(message));
    if (own) return own;
    if (message.t === 'publish') return this.#published(principal, weightOf(message));
    if (message.t !== 'records' && message.t !== 'gap') return undefined;
    const board = parseBoardChannel(message.channel)?.board;
    return board === undefined
      ? undefined
      : exceeded('publish-per-board', rates.publishForBoard(board, recordsIn(message)));
  }

  #published(principal: string | undefined, records: number): Exceeded | undefined {
    return principal === undefined
      ? undefined
      : exceeded('publish-per-principal', this.#context.rates.publish(principal, records));
  }
}

const exceeded = (limit: string, waitMs: number): Exceeded | undefined =>
  waitMs > 0 ? { limit, retryAfterMs: waitMs } : undefined;

const recordsIn = (message: ToRelay): number =>
  message.t === 'records' ? message.records.length : message.t === 'publish' ? weightOf(message) : 1;
