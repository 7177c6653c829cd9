import type { UpstreamSlug } from './upstream.ts';

/** `GET` of our server (role viewer): an array of {@link UpstreamListing}, one for each slug, in the order of `UPSTREAMS`. */
export const UPSTREAM_LISTING_PATH = '/api/upstreams';

/** How a browser reaches one upstream through our server. Read when the hub starts, and again after the server was away. */
export interface UpstreamListing {
  readonly slug: UpstreamSlug;
  /** What its people call it, when somebody wrote that into the configuration. */
  readonly name?: string;
  /** Somebody said where it is, or a simulator stands for it: `base` answers. */
  readonly configured: boolean;
  /** A simulator of ours stands for it; every record of it is invented. */
  readonly simulated: boolean;
  /** What comes before a path of the upstream: `/up/<slug>`. For `redis` there is none to ask: its records come as channels of our server. */
  readonly base: string;
  /** Why it is not configured, and what to write to change that, for people. */
  readonly why?: string;
}
