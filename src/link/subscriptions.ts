import type { ChannelName, Gap } from '../contract/channel.ts';
import type { Delivery } from '../contract/from-hub.ts';
import type { SubId } from '../contract/ids.ts';
import { decodeSampleBatch, type SampleBatch } from '../contract/sample-batch.ts';
import type { EventsListener, SamplesListener, StateListener, SubscribeOptions } from './link.ts';

export type AnyListener =
  | { readonly is: 'state'; readonly to: StateListener<unknown> }
  | { readonly is: 'events'; readonly to: EventsListener<unknown> }
  | { readonly is: 'samples'; readonly to: SamplesListener };

export interface PageSubscription {
  readonly sub: SubId;
  readonly channel: ChannelName;
  readonly options: SubscribeOptions;
  readonly listener: AnyListener;
}

/** The page's subscriptions, which outlive the hub, and who gets what the hub delivers. */
export class Subscriptions {
  readonly #subs = new Map<SubId, PageSubscription>();
  #next = 1;
  readonly #onTrouble: (cause: unknown) => void;

  constructor(onTrouble: (cause: unknown) => void) {
    this.#onTrouble = onTrouble;
  }

  all(): Iterable<PageSubscription> {
    return this.#subs.values();
  }

  add(channel: ChannelName, listener: AnyListener, options: SubscribeOptions): PageSubscription {
    const subscription = { sub: this.#next++, channel, listener, options };
    this.#subs.set(subscription.sub, subscription);
    return subscription;
  }

  delete(sub: SubId): void {
    this.#subs.delete(sub);
  }

  /** A break that concerns everything that is a sequence. */
  gapForAll(gap: Gap): void {
    for (const { listener } of [...this.#subs.values()]) {
      if (listener.is !== 'state') this.#guard(() => listener.to.onGap(gap));
    }
  }

  deliver(items: readonly Delivery[]): void {
    for (const item of items) {
      const listener = this.#subs.get(item.sub)?.listener;
      // Unsubscribed while it was on its way.
      if (listener !== undefined) this.#guard(() => give(item, listener));
    }
  }

  /** One view's mistake must not cost the others their data. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (cause) {
      this.#onTrouble(cause);
    }
  }
}

function give(item: Delivery, listener: AnyListener): void {
  if (item.t === 'gap') {
    if (listener.is !== 'state') listener.to.onGap(item.gap);
  } else if (item.t === 'state' && listener.is === 'state') {
    listener.to.onState(item);
  } else if (item.t === 'events' && listener.is === 'events') {
    listener.to.onEvents(item.records, item.from, item.snapshot);
  } else if (item.t === 'samples' && listener.is === 'samples') {
    const batches: SampleBatch[] = item.buffers.map(decodeSampleBatch);
    listener.to.onSamples(batches, item.snapshot, item.thinned);
  }
}
