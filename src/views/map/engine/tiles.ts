import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { MapLook } from './map-engine.ts';
import { plainColour } from './rgb.ts';

const PATH = '/api/tiles';
const SOURCE = 'tiles';
/** Everything of the tiles lies below this layer of ours. */
const BELOW = 'grid';
/** Enough to know that there is a file, and that it is one. */
const HEAD = 'bytes=0-126';
const MOST_LAYERS = 40;
const MAX_CREDIT = 300;

/** An operator's map that lies under ours. */
export interface Tiles {
  /** Who made it, as the archive says; undefined: it does not say. */
  readonly credit: string | undefined;
  setLook(look: MapLook): void;
}

type AddProtocol = typeof import('maplibre-gl').addProtocol;

/** Puts the operator's tiles on the map, if the server has any; undefined: it has none. Throws when they cannot be read. */
export async function addTiles(map: MapLibre, look: MapLook, addProtocol: AddProtocol): Promise<Tiles | undefined> {
  const asked = await fetch(PATH, { headers: { Range: HEAD } });
  if (asked.status === 204) return undefined;
  if (asked.status !== 206) throw new Error(`the server answered ${asked.status}`);
  const { PMTiles, Protocol, TileType } = await import('pmtiles');
  const url = new URL(PATH, location.href).href;
  const archive = new PMTiles(url);
  const { tileType, minZoom, maxZoom } = await archive.getHeader();
  const metadata = await archive.getMetadata();
  const protocol = new Protocol();
  protocol.add(archive);
  addProtocol('pmtiles', protocol.tile);
  const tiles = [`pmtiles://${url}/{z}/{x}/{y}`];
  const isVector = tileType === TileType.Mvt;
  map.addSource(
    SOURCE,
    isVector
      ? { type: 'vector', tiles, minzoom: minZoom, maxzoom: maxZoom }
      : { type: 'raster', tiles, tileSize: 256, minzoom: minZoom, maxzoom: maxZoom },
  );
  const layers: readonly LayerSpecification[] = isVector
    ? vectorLayers(layerIds(metadata))
    : [{ id: 'tiles-picture', type: 'raster', source: SOURCE, paint: { 'raster-opacity': 0.85 } }];
  for (const layer of layers) map.addLayer(layer, BELOW);
  const setLook = (next: MapLook) => {
    for (const { id, type } of layers) {
      if (type === 'fill')
        map.setPaintProperty(id, 'fill-color', plainColour(isWater(id) ? next.background : next.land));
      if (type === 'line') map.setPaintProperty(id, 'line-color', plainColour(next.border));
    }
  };
  setLook(look);
  return { credit: creditOf(metadata), setLook };
}

const isWater = (id: string): boolean => /water|ocean|lake|sea/.test(id);

/** The names of what is in vector tiles, as the archive's metadata say. */
export function layerIds(metadata: unknown): readonly string[] {
  const { vector_layers: layers } = (metadata ?? {}) as { readonly vector_layers?: unknown };
  if (!Array.isArray(layers)) return [];
  return layers
    .flatMap((layer: unknown) => {
      const { id } = (layer ?? {}) as { readonly id?: unknown };
      return typeof id === 'string' && id !== '' ? [id] : [];
    })
    .slice(0, MOST_LAYERS);
}

/** Areas and lines of each, in our own colours: whatever the archive's makers call things, it can be drawn. */
function vectorLayers(ids: readonly string[]): readonly LayerSpecification[] {
  const areas = ids.map(
    (id): LayerSpecification => ({
      ...{ id: `tiles-area-${id}`, type: 'fill', source: SOURCE, 'source-layer': id },
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-opacity': isWater(id) ? 1 : 0.5 },
    }),
  );
  const lines = ids.map(
    (id): LayerSpecification => ({
      ...{ id: `tiles-line-${id}`, type: 'line', source: SOURCE, 'source-layer': id },
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-width': 0.8 },
    }),
  );
  return [...areas, ...lines];
}

/** Without markup: it is shown as text. */
export function creditOf(metadata: unknown): string | undefined {
  const { attribution } = (metadata ?? {}) as { readonly attribution?: unknown };
  if (typeof attribution !== 'string') return undefined;
  const text = attribution
    .slice(0, 4 * MAX_CREDIT)
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text.slice(0, MAX_CREDIT);
}
