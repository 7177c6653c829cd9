import type { EpochMs, MonoMs } from '../../src/contract/time.ts';
import type { HubStore } from '../../src/storage/hub-store.ts';

/** The world as the hub sees it. The entries hand in the real one, tests a fake. */
export interface HubEnv {
  readonly build: string;
  readonly locks: HubLocks;
  readonly store: HubStore;
  now(): EpochMs;
  mono(): MonoMs;
  /** Calls back once after `ms`; returns how to cancel. */
  schedule(ms: number, callback: () => void): () => void;
  /** A fresh random name of 16 characters. */
  makeId(): string;
}

/** The part of `navigator.locks` that the hub uses. */
export interface HubLocks {
  request<T>(
    name: string,
    options: { readonly mode?: 'exclusive' | 'shared'; readonly signal?: AbortSignal },
    callback: () => T | Promise<T>,
  ): Promise<T>;
}
