import { isObject, type Json, numberOf } from './json.ts';

/** A position of an entity is as it came or is none: never clamped, never wrapped. 0, 0 means that nobody knew (crep §6.3). */
export const isPlace = (lon: number, lat: number): boolean =>
  lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 && !(lon === 0 && lat === 0);

/** Where the last call of `findPlace` found it: fields instead of a new pair for each of 30,000 records. */
export const place = { lon: 0, lat: 0, altM: undefined as number | undefined };

/** Reads the first pair of numbers there is; false when that is no place. */
export function findPlace(item: Json): boolean {
  place.altM = undefined;
  const { location, geometry } = item;
  if (isObject(geometry) && takePoint(geometry)) return isPlace(place.lon, place.lat);
  if (isObject(location)) {
    if (
      takePoint(location) ||
      take(location.longitude, location.latitude) ||
      take(location.lng ?? location.lon, location.lat)
    )
      return isPlace(place.lon, place.lat);
  }
  if (take(item.lng ?? item.lon ?? item.longitude, item.lat ?? item.latitude)) return isPlace(place.lon, place.lat);
  const { properties } = item;
  if (
    isObject(properties) &&
    take(properties.lng ?? properties.lon ?? properties.longitude, properties.lat ?? properties.latitude)
  )
    return isPlace(place.lon, place.lat);
  return false;
}

function take(lon: unknown, lat: unknown): boolean {
  const x = typeof lon === 'number' ? lon : numberOf(lon);
  const y = typeof lat === 'number' ? lat : numberOf(lat);
  if (x === undefined || y === undefined) return false;
  place.lon = x;
  place.lat = y;
  return true;
}

function takePoint(geometry: Json): boolean {
  const { coordinates } = geometry;
  if (!Array.isArray(coordinates) || (geometry.type !== 'Point' && geometry.type !== undefined)) return false;
  if (!take(coordinates[0], coordinates[1])) return false;
  place.altM = numberOf(coordinates[2]);
  return true;
}
