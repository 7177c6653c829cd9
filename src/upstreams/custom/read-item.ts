import type { CustomFeed, FeedMapping, FeedRecord } from '../../contract/upstream/custom-feed.ts';
import { timeOf } from '../../decode/message-time.ts';
import type { Out, ReadContext } from '../out.ts';
import { numberOf } from '../readings.ts';
import type { FeedCurves } from './feed-curves.ts';
import { leavesOf, valueAt } from './field-path.ts';

export const FEED_PARTS = { latest: 'state', events: 'events', values: 'samples' } as const;

const MAX_ITEMS = 5_000;
const MAX_TEXT = 2_000;
const MAX_KEY = 64;
/** A clock that is further ahead than this is wrong. */
const MAX_AHEAD_MS = 120_000;

/** Reads one message of a feed that a person described, and puts what it says where the description wants it. */
export function readFeedMessage(
  feed: CustomFeed,
  message: unknown,
  context: ReadContext,
  out: Out,
  curves: FeedCurves,
): void {
  const { map } = feed;
  const items = map.items === undefined ? [message] : valueAt(message, map.items);
  if (!Array.isArray(items)) {
    out.count('dropped', 'no-list', `nothing to list at "${map.items}"`);
    return;
  }
  if (items.length > MAX_ITEMS) out.count('dropped', 'too-many-items', String(items.length));
  for (const item of items.slice(0, MAX_ITEMS)) readItem(feed, item, context, out, curves);
}

function readItem(feed: CustomFeed, item: unknown, context: ReadContext, out: Out, curves: FeedCurves): void {
  const { map } = feed;
  const key = keyOf(map, item);
  if (key === undefined) {
    out.count('dropped', 'no-key', `nothing at "${map.key}"`);
    return;
  }
  const said = map.time === undefined ? undefined : timeOf(valueAt(item, map.time));
  if (map.time !== undefined && said === undefined) out.count('dropped', 'no-time', 'arrival is taken instead');
  const isAhead = said !== undefined && said > context.now + MAX_AHEAD_MS;
  const at = isAhead ? undefined : said;
  const values = valuesOf(map, item);
  const record: FeedRecord = {
    at: at ?? context.now,
    atFrom: at === undefined ? 'arrival' : 'source',
    rx: context.now,
    source: feed.name,
    provenance: context.simulated ? 'simulated' : 'unknown',
    flags: [...(context.simulated ? ['simulated'] : []), ...(isAhead ? ['clock-skew'] : [])],
    key,
    values,
    text: (typeof item === 'string' ? item : (JSON.stringify(item) ?? '')).slice(0, MAX_TEXT),
  };
  if (map.kind === 'events') {
    out.event('events', record);
    return;
  }
  out.put('latest', key, record);
  if (map.kind === 'samples') curves.add(record, out);
}

function keyOf(map: FeedMapping, item: unknown): string | undefined {
  if (map.key === undefined) return 'latest';
  const key = valueAt(item, map.key);
  return typeof key === 'string' || typeof key === 'number' ? String(key).slice(0, MAX_KEY) : undefined;
}

/** What the description names; without any, every number there is. */
function valuesOf(map: FeedMapping, item: unknown): FeedRecord['values'] {
  if (map.values.length > 0)
    return map.values.map(({ path, name, unit }) => ({ name, unit, value: numberOf(valueAt(item, path)) ?? null }));
  return leavesOf(item).flatMap(([path, leaf]) => {
    if (path === map.key || path === map.time || typeof leaf !== 'number' || !Number.isFinite(leaf)) return [];
    return [{ name: path === '' ? 'value' : path, unit: '', value: leaf }];
  });
}
