import type { RedisPosition } from '../../contract/upstream/redis.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { numberOf } from '../readings.ts';

/** Where something is, under any of the names publishers use; `dropped`: what was there and cannot be a place. */
export function positionOf(
  item: JsonObject,
  names: readonly (readonly [lat: string, lng: string])[] = USUAL,
): { readonly position: RedisPosition | undefined; readonly dropped: readonly string[] } {
  return (
    firstOf(item, names, '') ??
    (isJsonObject(item.location) ? firstOf(item.location, names, 'location.') : undefined) ??
    NOWHERE
  );
}

const USUAL = [
  ['latitude', 'longitude'],
  ['lat', 'lng'],
  ['lat', 'lon'],
  ['latitude', 'lng'],
  ['latitude', 'lon'],
  ['lat', 'longitude'],
] as const;

const NOWHERE = { position: undefined, dropped: [] };

/** Both are needed and both must be on the earth. 0, 0 is a place. */
function firstOf(item: JsonObject, names: readonly (readonly [string, string])[], path: string) {
  const isThere = (name: string): boolean => item[name] !== undefined && item[name] !== null;
  const pair =
    names.find(([lat, lng]) => isThere(lat) && isThere(lng)) ??
    names.find(([lat, lng]) => isThere(lat) || isThere(lng));
  if (pair === undefined) return undefined;
  const lat = numberOf(item[pair[0]]);
  const lng = numberOf(item[pair[1]]);
  if (lat === undefined || lng === undefined || Math.abs(lat) > 90 || Math.abs(lng) > 180)
    return { position: undefined, dropped: [path + pair[0], path + pair[1]] };
  return { position: { lat, lng }, dropped: [] };
}
