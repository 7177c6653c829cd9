import { UPSTREAM_LISTING_PATH, type UpstreamListing } from '../../../src/contract/upstream/listing.ts';
import { customFeedKind } from '../../upstreams/custom-feed.ts';
import { ADAPTERS } from '../../upstreams/registry.ts';
import type { OpenUpstreams, UpstreamNet } from './net.ts';
import { Upstreams } from './upstreams.ts';

declare const self: WorkerGlobalScope;

/** Every upstream, in the world of a real worker. */
export const browserUpstreams: OpenUpstreams = (env, channels) => new Upstreams(env, browserNet(), channels);

function browserNet(): UpstreamNet {
  return {
    kinds: ADAPTERS,
    customKind: customFeedKind,
    origin: self.location.origin,
    fetch: (input, init) => fetch(input, init),
    WebSocket,
    random: Math.random,
    onOnline(listener) {
      const online = (): void => listener(true);
      const offline = (): void => listener(false);
      self.addEventListener('online', online);
      self.addEventListener('offline', offline);
      return () => {
        self.removeEventListener('online', online);
        self.removeEventListener('offline', offline);
      };
    },
    async list(signal) {
      const response = await fetch(UPSTREAM_LISTING_PATH, { signal });
      if (!response.ok) throw new Error(`${UPSTREAM_LISTING_PATH} answered ${response.status}`);
      const listing: unknown = await response.json();
      if (!Array.isArray(listing)) throw new Error(`${UPSTREAM_LISTING_PATH} answered no list`);
      return listing as UpstreamListing[];
    },
  };
}
