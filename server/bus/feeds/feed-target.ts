import { type ChannelName, channelKind, type GapReason } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import type { Bus, Published } from '../bus.ts';
import { SameMessages } from './same-message.ts';

/** What a feed needs of the bus. */
export type FeedBus = Pick<Bus, 'publish' | 'put' | 'del'>;

/** Told once per record: whether the bus has it, and if not, when to try again. */
export type Delivered = (outcome: Published) => void;

/**
 * The channel that one or more feeds go to. What the bus refuses is not kept here (a feed has no end, and the bus has its own queue):
 * it is counted, and readers get a gap with the count before the next record that passes.
 */
export class FeedTarget {
  readonly channel: ChannelName;
  readonly kind: 'events' | 'state';
  readonly same = new SameMessages();
  readonly #bus: FeedBus;
  readonly #clock: Clock;
  #refused: { fromMs: EpochMs; count: number } | undefined;

  constructor(bus: FeedBus, clock: Clock, channel: ChannelName) {
    this.channel = channel;
    this.kind = channelKind(channel) === 'state' ? 'state' : 'events';
    this.#bus = bus;
    this.#clock = clock;
  }

  /** `key`: of an entry that may be read twice. `isRetried`: whoever sends it sends it again, so a refusal is no loss. */
  append(
    record: unknown,
    how: { readonly key?: string; readonly isRetried?: boolean; readonly onDone: Delivered },
  ): void {
    this.#tellRefused();
    this.#bus.publish(
      this.channel,
      { t: 'events', records: [record] },
      {
        key: how.key,
        onDone: (outcome) => {
          if (!outcome.ok && how.isRetried !== true) this.#countRefused(1);
          how.onDone(outcome);
        },
      },
    );
  }

  /** Records that were given up; readers get a gap before the next one that passes. */
  lose(count: number): void {
    this.#countRefused(count);
  }

  put(key: string, record: unknown, ttlMs: number | undefined, onDone: Delivered): void {
    this.#bus.put(this.channel, key, record, { ttlMs, onDone });
  }

  del(key: string, onDone: Delivered): void {
    this.#bus.del(this.channel, key, { onDone });
  }

  /** A state channel has no place for a gap: each of its records says when it was true. */
  gap(why: GapReason, fromMs: EpochMs, count?: number): boolean {
    if (this.kind === 'state') return false;
    const gap = { why, count, fromMs, toMs: this.#clock.now() };
    this.#bus.publish(
      this.channel,
      { t: 'gap', gap },
      { onDone: (outcome) => !outcome.ok && this.#countRefused(count ?? 0, fromMs) },
    );
    return true;
  }

  #countRefused(count: number, fromMs = this.#clock.now()): void {
    this.#refused = {
      fromMs: Math.min(fromMs, this.#refused?.fromMs ?? fromMs),
      count: (this.#refused?.count ?? 0) + count,
    };
  }

  #tellRefused(): void {
    const refused = this.#refused;
    if (refused === undefined) return;
    this.#refused = undefined;
    this.gap('link-lost', refused.fromMs, refused.count === 0 ? undefined : refused.count);
  }
}
