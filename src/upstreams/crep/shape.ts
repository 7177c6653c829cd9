import type { CrepShape, LonLat } from '../../contract/upstream/crep.ts';
import { splitLine } from './geo/split-line.ts';
import { isObject, type Json, numberOf, objectOf } from './json.ts';

/** Of all rings or points of one event together. */
const MOST_POINTS = 5_000;

/** A line or an area of an event; undefined for points and for what is none. */
export function readShape(item: Json): CrepShape | undefined {
  const geometry = objectOf(item.geometry) ?? objectOf(item.location);
  const { type, coordinates } = geometry ?? {};
  if (Array.isArray(coordinates)) {
    if (type === 'LineString') return lineOf([coordinates]);
    if (type === 'MultiLineString') return lineOf(coordinates);
    // Either rings within, as GeoJSON has it, or one ring of pairs, as the existing types say (crep §3.1).
    if (type === 'Polygon') return polygonOf(isPair(coordinates[0]) ? [coordinates] : coordinates);
    if (type === 'MultiPolygon') return polygonOf(coordinates.filter(Array.isArray).flat());
  }
  return isObject(item.affectedArea) ? boxOf(item.affectedArea) : undefined;
}

const isPair = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'number';

function pointsOf(raw: unknown, room: number): LonLat[] {
  const points: LonLat[] = [];
  if (!Array.isArray(raw)) return points;
  for (const pair of raw) {
    if (points.length >= room) break;
    if (!Array.isArray(pair)) continue;
    const lon = numberOf(pair[0]);
    const lat = numberOf(pair[1]);
    if (lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 90) points.push([lon, lat]);
  }
  return points;
}

function lineOf(lines: readonly unknown[]): CrepShape | undefined {
  let room = MOST_POINTS;
  const segments: LonLat[][] = [];
  for (const raw of lines) {
    const points = pointsOf(raw, room);
    room -= points.length;
    if (points.length > 1) segments.push(...splitLine(points));
  }
  return segments.length === 0 ? undefined : { is: 'line', segments };
}

function polygonOf(raw: readonly unknown[]): CrepShape | undefined {
  let room = MOST_POINTS;
  const rings: LonLat[][] = [];
  for (const one of raw) {
    const ring = pointsOf(one, room);
    room -= ring.length;
    if (ring.length > 2) rings.push(ring);
  }
  return rings.length === 0 ? undefined : { is: 'polygon', rings };
}

function boxOf(area: Json): CrepShape | undefined {
  const [north, south, east, west] = [area.north, area.south, area.east, area.west].map(numberOf);
  if (north === undefined || south === undefined || east === undefined || west === undefined) return undefined;
  return polygonOf([
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ]);
}
