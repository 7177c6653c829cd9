import type { RedisEntity } from '../../contract/upstream/redis.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { timeOf } from '../../decode/message-time.ts';
import { detailsOf, type FeedMessage, flagged, idOf, textOf } from './about.ts';
import { positionOf } from './position.ts';

const CATEGORIES: ReadonlySet<string> = new Set(['aircraft', 'vessel', 'satellite', 'weather']);
const IDS = ['id', 'icao24', 'mmsi', 'norad'] as const;
const NOT_DETAILS = ['id', 'latitude', 'longitude', 'lat', 'lng', 'lon'];

/** `crep:live`: a category and one thing of it. */
export function readCrepLive({ data, about, out }: FeedMessage): void {
  const category = textOf(data.category)?.trim();
  if (category === undefined || category === '') {
    out.count('dropped', 'no-category');
    return;
  }
  const item = isJsonObject(data.data) ? data.data : {};
  const isKnown = CATEGORIES.has(category.toLowerCase());
  if (!isKnown) out.count('unknown', 'category', category.slice(0, 64));
  const entity = thingIdOf(item);
  const flags = [...(isKnown ? [] : ['unknown-category']), ...(entity === '' ? ['no-id'] : [])];
  const { position, dropped } = positionOf(item);
  const record: RedisEntity = {
    ...flagged(about, ...flags),
    t: 'crep',
    entity,
    category,
    position,
    dropped: isJsonObject(data.data) ? dropped : ['data'],
    details: detailsOf(item, NOT_DETAILS),
  };
  for (const name of record.dropped) out.count('dropped', 'position', name);
  // Without an id it cannot be told from the next one; it is there, and the newest of its kind.
  out.put('entities', `${category}/${entity}`, record);
}

/** `entities:*`: the thing itself, or wrapped once more. Its own time is better than the wrapper's. */
export function readEntity({ data, about, out }: FeedMessage): void {
  const item = isJsonObject(data.entity) ? data.entity : data;
  if (Object.hasOwn(item, 'category') && isJsonObject(item.data) && !Object.hasOwn(item, 'id')) {
    // A live item of the map that came this way.
    readCrepLive({ data: item, about, out } as FeedMessage);
    return;
  }
  const entity = thingIdOf(item);
  const category = textOf(item.type) ?? textOf(item.category) ?? '';
  const time = isJsonObject(item.time) ? timeOf(item.time.observed_at) : undefined;
  const observed = time ?? timeOf(item.observed_at);
  const { position, dropped } = positionOf(item);
  for (const name of dropped) out.count('dropped', 'position', name);
  out.put('entities', `${category}/${entity}`, {
    ...flagged(about, ...(entity === '' ? ['no-id'] : [])),
    ...(observed === undefined ? {} : { at: observed, atFrom: 'source' as const }),
    t: 'entity',
    entity,
    category,
    position,
    dropped,
    details: detailsOf(item, NOT_DETAILS),
  } satisfies RedisEntity);
}

/** `crep:fungal:updates`: a sighting of a fungus that got its place. Its times are of nobody's known zone. */
export function readObservation({ data, about, out }: FeedMessage): void {
  const entity = idOf(data.observation_id) ?? idOf(data.id) ?? '';
  const { position, dropped } = positionOf(data);
  for (const name of dropped) out.count('dropped', 'position', name);
  out.event('observations', {
    ...flagged(about, ...(entity === '' ? ['no-id'] : [])),
    source: textOf(data.source) ?? about.source,
    t: 'observation',
    entity,
    category: textOf(data.type) ?? '',
    position,
    dropped,
    details: detailsOf(data, [...NOT_DETAILS, 'observation_id', 'timestamp', 'type', 'source']),
  } satisfies RedisEntity);
}

function thingIdOf(item: JsonObject): string {
  for (const name of IDS) {
    const id = idOf(item[name]);
    if (id !== undefined) return id;
  }
  return '';
}
