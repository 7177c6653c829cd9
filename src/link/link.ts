import type { ChannelName, Gap } from '../contract/channel.ts';
import type { AppError } from '../contract/error-codes.ts';
import type { HubApi, Outcome } from '../contract/hub-api.ts';
import type { HubId, TabId } from '../contract/ids.ts';
import type { SampleBatch } from '../contract/sample-batch.ts';
import type { MonoMs } from '../contract/time.ts';

/**
 * The page's one connection to the hub, whichever of its three homes it has: a SharedWorker, a worker of the leader tab, or a
 * worker of this tab alone. Subscriptions outlive a hub: when one dies they are made again with the next, and the break is told
 * as a gap.
 */
export interface HubLink {
  readonly tab: TabId;
  status(): LinkStatus;
  /** Calls back at once with the present status, then on every change. Returns how to stop. */
  onStatus(listener: (status: LinkStatus) => void): () => void;
  /**
   * Asks the hub something, with a deadline (default 3 s). A hub that does not answer in time gives `hub-timeout`: comlink alone
   * would wait for ever.
   */
  ask<T>(question: (hub: AsyncHubApi) => Promise<Outcome<T>>, deadlineMs?: number): Promise<Outcome<T>>;
  subscribeState<R>(channel: ChannelName, listener: StateListener<R>, options?: SubscribeOptions): () => void;
  subscribeEvents<R>(channel: ChannelName, listener: EventsListener<R>, options?: SubscribeOptions): () => void;
  subscribeSamples(channel: ChannelName, listener: SamplesListener, options?: SubscribeOptions): () => void;
  close(): void;
}

/** `HubApi` as it looks from the other side of a port. */
export type AsyncHubApi = {
  readonly [K in keyof HubApi]: (...args: Parameters<HubApi[K]>) => Promise<Awaited<ReturnType<HubApi[K]>>>;
};

export type HubMode = 'shared' | 'leader' | 'follower' | 'solo';

export type LinkStatus =
  | { readonly is: 'connecting'; readonly since: MonoMs }
  | {
      readonly is: 'connected';
      readonly since: MonoMs;
      readonly mode: HubMode;
      readonly hub: HubId;
      readonly restarts: number;
      readonly supersededBy: string | undefined;
    }
  | { readonly is: 'restarting'; readonly since: MonoMs; readonly restarts: number }
  | { readonly is: 'failed'; readonly since: MonoMs; readonly error: AppError };

export interface SubscribeOptions {
  readonly everyMs?: number;
  readonly rewind?: number;
}

export interface StateListener<R> {
  /** `snapshot`: forget what you had, this is everything. */
  onState(change: {
    readonly snapshot: boolean;
    readonly puts: readonly (readonly [string, R])[];
    readonly dels: readonly string[];
    readonly conflated: number;
  }): void;
}

export interface EventsListener<R> {
  onEvents(records: readonly R[], from: number, snapshot: boolean): void;
  onGap(gap: Gap): void;
}

export interface SamplesListener {
  /** `thinned`: rows left out because this page was slow. */
  onSamples(batches: readonly SampleBatch[], snapshot: boolean, thinned: number): void;
  onGap(gap: Gap): void;
}
