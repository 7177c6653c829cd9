import { UPSTREAM_LISTING_PATH, type UpstreamListing } from '../../src/contract/upstream/listing.ts';
import { UPSTREAMS } from '../../src/contract/upstream/upstream.ts';
import { type Route, refusal, route } from '../api/route.ts';
import { mayUse } from './gateway-access.ts';
import type { Target } from './targets.ts';

export interface ListingSources {
  readonly targets: ReadonlyMap<string, Target>;
  /** How the platform's Redis feeds come: they are channels of this server, not paths. */
  readonly feeds: 'configured' | 'simulated' | 'none';
}

const WHY_NOT = {
  redis: 'No Redis feed is configured: set REDIS_FEEDS_URL or HYPHAE_FEEDS, or HYPHAE_SIMULATE=1 for invented data.',
  other: (slug: string): string =>
    `Nobody said where it is: write its address under upstreams.${slug}.url in hyphae.config.json, or set HYPHAE_SIMULATE=1 for invented data.`,
};

/** Every upstream there could be, and which of them this server reaches. */
export const listUpstreams = ({ targets, feeds }: ListingSources): readonly UpstreamListing[] =>
  UPSTREAMS.map((slug) => {
    const base = `/up/${slug}`;
    if (slug === 'redis') {
      const configured = feeds !== 'none';
      return { slug, configured, simulated: feeds === 'simulated', base, ...(!configured && { why: WHY_NOT.redis }) };
    }
    const target = targets.get(slug);
    if (target === undefined) return { slug, configured: false, simulated: false, base, why: WHY_NOT.other(slug) };
    return {
      slug,
      ...(target.name !== undefined && { name: target.name }),
      configured: true,
      simulated: target.simulated,
      base,
    };
  });

/** What the hub reads when it starts. */
export function upstreamsRoute(sources: ListingSources): Route {
  const listing = listUpstreams(sources);
  return route({
    method: 'GET',
    path: UPSTREAM_LISTING_PATH,
    summary: 'Upstreams that this server reaches',
    about:
      'An array: `slug`, `configured`, `simulated`, `base` (put it before a path of the upstream), `name`, `why` not.',
    answers: { 200: 'One entry for each upstream.', 403: 'Not for tokens that are narrowed to other channels.' },
    handle({ principal }) {
      const mine = listing.filter(({ slug }) => mayUse(principal, slug, 'viewer'));
      if (mine.length === 0) return refusal(403, 'not-allowed', 'this token is for other channels');
      return { status: 200, body: mine };
    },
  });
}
