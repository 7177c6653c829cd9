import type { FeatureCollection, MultiLineString, Position } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** Land and borders of the world (Natural Earth), fetched once; the finer one when somebody zooms in. */
export interface Coast {
  readonly land: FeatureCollection;
  readonly borders: MultiLineString;
}

export type CoastDetail = '110m' | '50m';

const loading = new Map<CoastDetail, Promise<Coast>>();

/** Rejects when it cannot be had: offline, and never loaded before. */
export function loadCoast(detail: CoastDetail): Promise<Coast> {
  let coast = loading.get(detail);
  if (coast === undefined) {
    coast = load(detail).catch((cause: unknown) => {
      loading.delete(detail);
      throw cause;
    });
    loading.set(detail, coast);
  }
  return coast;
}

async function load(detail: CoastDetail): Promise<Coast> {
  // Part of the installed app each: the map opens without a network.
  const { default: raw } =
    detail === '110m'
      ? await import('world-atlas/countries-110m.json')
      : await import('world-atlas/countries-50m.json');
  const topology = raw as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const borders = mesh(topology, topology.objects.countries);
  return {
    land: unwrappedLand(feature(topology, topology.objects.land)),
    borders: { ...borders, coordinates: borders.coordinates.map((line) => unwrapped(line)) },
  };
}

const POLE_LAT = -89.9;

/** Longitudes that go on past ±180 rather than jump to the other side: a line drawn through the jump would cross the whole map. */
export function unwrapped(line: readonly Position[]): Position[] {
  let turn = 0;
  let before: number | undefined;
  return line.map(([lon = 0, lat = 0]) => {
    if (before !== undefined && Math.abs(lon - before) > 180) turn += lon < before ? 360 : -360;
    before = lon;
    return [lon + turn, lat];
  });
}

/** A ring round a pole ends a whole turn from where it began: it is closed along the pole. */
function closed(ring: readonly Position[]): Position[] {
  const line = unwrapped(ring);
  const [first, last] = [line[0]?.[0] ?? 0, line.at(-1)?.[0] ?? 0];
  if (Math.abs(last - first) < 180) return line;
  return [...line, [last, POLE_LAT], [first, POLE_LAT], line[0] ?? [first, POLE_LAT]];
}

function unwrappedLand(land: FeatureCollection): FeatureCollection {
  return {
    ...land,
    features: land.features.map((one) => {
      const { geometry } = one;
      if (geometry.type === 'Polygon')
        return { ...one, geometry: { ...geometry, coordinates: geometry.coordinates.map(closed) } };
      if (geometry.type !== 'MultiPolygon') return one;
      return {
        ...one,
        geometry: { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(closed)) },
      };
    }),
  };
}
