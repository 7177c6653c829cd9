import type { GeoBox, LonLat } from '../../../contract/upstream/crep.ts';

export const WORLD: GeoBox = [-180, -90, 180, 90];

/** Edges are inside; west > east crosses the antimeridian (crep §6.9). */
export function boxContains([west, south, east, north]: GeoBox, [lon, lat]: LonLat): boolean {
  if (lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}

/** One or two plain boxes for what a map shows, whose longitudes may be anywhere (190, −400). */
export function viewToBoxes(view: {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}): GeoBox[] {
  const south = clampLat(Math.min(view.south, view.north));
  const north = clampLat(Math.max(view.south, view.north));
  const { west, east } = view;
  if (!Number.isFinite(west) || !Number.isFinite(east) || !Number.isFinite(south) || !Number.isFinite(north))
    return [WORLD];
  // West beyond east, both in the plain range, is a view across the antimeridian.
  const width = east >= west ? east - west : ((east - west) % 360) + 360;
  if (width >= 360) return [[-180, south, 180, north]];
  const from = wrap(west);
  const to = from + width;
  if (to <= 180) return [[from, south, to, north]];
  if (from === 180) return [[-180, south, to - 360, north]];
  return [
    [from, south, 180, north],
    [-180, south, to - 360, north],
  ];
}

const clampLat = (lat: number): number => Math.max(-90, Math.min(90, lat));
/** Into −180 … 180; 180 itself becomes −180 only when it came from a whole turn. */
const wrap = (lon: number): number => (lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180);

/** Outwards to a grid that fits the size, so that people who look at about the same ask the same question. */
export function snapBox([west, south, east, north]: GeoBox): GeoBox {
  const span = Math.max(east - west, north - south);
  const step = span > 60 ? 10 : span > 10 ? 2 : 0.5;
  return [
    Math.max(-180, Math.floor(west / step) * step),
    Math.max(-90, Math.floor(south / step) * step),
    Math.min(180, Math.ceil(east / step) * step),
    Math.min(90, Math.ceil(north / step) * step),
  ];
}
