import type { Feature } from 'geojson';
import type { GeoJSONSource, Map as MapLibre, StyleSpecification } from 'maplibre-gl';
import { graticule } from './graticule.ts';
import { collection, type MapLook, OVERLAYS, type Overlay } from './map-engine.ts';
import { plainColour } from './rgb.ts';

const NOTHING = collection([]);
const ABSENT = { visibility: 'none' } as const;

/** Colours by overlay: of the line, of the area, and how it is dashed. */
const OVERLAY_LOOKS: Readonly<
  Record<
    Overlay,
    { readonly line: keyof MapLook; readonly fill?: number; readonly dash?: number[]; readonly wide: number }
  >
> = {
  night: { line: 'soft', fill: 0.16, wide: 0 },
  shapes: { line: 'warn', fill: 0.1, wide: 1.2 },
  fences: { line: 'accent', fill: 0.08, wide: 1.6, dash: [3, 2] },
  rings: { line: 'soft', wide: 1, dash: [2, 3] },
  footprint: { line: 'accent', fill: 0.07, wide: 1.2 },
  orbit: { line: 'accent', wide: 1.2, dash: [4, 2] },
  trails: { line: 'accent', wide: 1.8 },
  vectors: { line: 'ink', wide: 1 },
};

/** The map without entities: land, borders, grid and our lines and areas, in the order in which they lie upon each other. */
export function styleOf(look: MapLook): StyleSpecification {
  const sources: StyleSpecification['sources'] = {
    land: { type: 'geojson', data: NOTHING },
    borders: { type: 'geojson', data: NOTHING },
    grid: { type: 'geojson', data: collection([graticule()]) },
  };
  const layers: StyleSpecification['layers'] = [
    { id: 'background', type: 'background', paint: { 'background-color': plainColour(look.background) } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': plainColour(look.land) } },
    {
      ...{ id: 'borders', type: 'line', source: 'borders' },
      paint: { 'line-color': plainColour(look.border), 'line-width': 0.8 },
    },
    {
      ...{ id: 'grid', type: 'line', source: 'grid' },
      paint: { 'line-color': plainColour(look.grid), 'line-width': 0.5 },
    },
  ];
  for (const name of [...OVERLAYS].sort((a, b) => order(a) - order(b))) {
    const { line, fill, dash, wide } = OVERLAY_LOOKS[name];
    const colour = plainColour(String(look[line]));
    sources[name] = { type: 'geojson', data: NOTHING };
    if (fill !== undefined)
      layers.push({
        ...{ id: `${name}-area`, type: 'fill', source: name, filter: ['==', ['geometry-type'], 'Polygon'] },
        layout: ABSENT,
        paint: { 'fill-color': colour, 'fill-opacity': fill },
      });
    if (wide > 0)
      layers.push({
        ...{ id: `${name}-line`, type: 'line', source: name },
        layout: ABSENT,
        paint: { 'line-color': colour, 'line-width': wide, ...(dash && { 'line-dasharray': dash }) },
      });
  }
  // Another theme is there at once, as on the rest of the page.
  return { version: 8, transition: { duration: 0, delay: 0 }, sources, layers };
}

const order = (name: Overlay): number => Object.keys(OVERLAY_LOOKS).indexOf(name);

/** What lies on an overlay. One with nothing on it is no part of the map: else each tile of it would be cut out in every picture. */
export function lay(map: MapLibre, name: Overlay, features: readonly Feature[]): void {
  void map.getSource<GeoJSONSource>(name)?.setData(collection(features));
  for (const id of [`${name}-area`, `${name}-line`])
    if (map.getLayer(id)) map.setLayoutProperty(id, 'visibility', features.length === 0 ? 'none' : 'visible');
}

/** The same in the colours of another theme. */
export function paint(map: MapLibre, look: MapLook): void {
  map.setPaintProperty('background', 'background-color', plainColour(look.background));
  map.setPaintProperty('land', 'fill-color', plainColour(look.land));
  map.setPaintProperty('borders', 'line-color', plainColour(look.border));
  map.setPaintProperty('grid', 'line-color', plainColour(look.grid));
  for (const name of OVERLAYS) {
    const colour = plainColour(String(look[OVERLAY_LOOKS[name].line]));
    if (map.getLayer(`${name}-area`)) map.setPaintProperty(`${name}-area`, 'fill-color', colour);
    if (map.getLayer(`${name}-line`)) map.setPaintProperty(`${name}-line`, 'line-color', colour);
  }
}
