import type { HubLocks } from './hub-env.ts';

/**
 * For a hub without Web Locks, on a page that is not secure (another computer's, by plain HTTP): it has one tab, lives as long as
 * that, and shares nothing with other hubs.
 */
export const lonelyLocks: HubLocks = {
  async request(name, _options, callback) {
    // The lock of a tab is free when the tab is gone, and this hub with it.
    return name.startsWith('tab:') ? new Promise<never>(() => undefined) : callback();
  },
};
