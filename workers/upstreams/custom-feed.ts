import type { CustomFeed } from '../../src/contract/upstream/custom-feed.ts';
import type { AdapterKind } from './adapter.ts';

/** An adapter for a feed that a person described: which transport, what to say, which field is what. */
export function customFeedKind(feed: CustomFeed): AdapterKind {
  return { id: feed.id, name: feed.name, parts: {}, start: () => ({}) };
}
