import type { Feature } from 'geojson';
import * as maplibre from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { type Coast, loadCoast } from './coast.ts';
import { type EntityColours, EntityLayer } from './entity-layer.ts';
import { EntityRows } from './entity-rows.ts';
import { drawLabels } from './labels.ts';
import {
  type Camera,
  collection,
  type MapEngine,
  type MapEngineOptions,
  type MapLabel,
  type MapLook,
  type Overlay,
} from './map-engine.ts';
import { paint, styleOf } from './map-style.ts';
import { latOf, lonOf, mercatorX, mercatorY, perMetre } from './mercator.ts';
import { rgbOf } from './rgb.ts';
import { addTiles, type Tiles } from './tiles.ts';
import 'maplibre-gl/dist/maplibre-gl.css';

const TILE_PX = 512;
const PICK_PX = 16;
const HOVER_EVERY_MS = 60;
const LABELS_EVERY_MS = 120;
/** Closer than this the finer coast is worth its bytes. */
const FINE_ZOOM = 3.5;
/** The fastest thing that is carried on. */
const FASTEST_MPS = 260;
/** A picture every quarter of a pixel that anything moves; never more than 30 a second, never less than 2. */
const [LEAST_FRAME_MS, MOST_FRAME_MS] = [33, 500];
const MAX_ZOOM = 18;

maplibre.setWorkerUrl(workerUrl);

/** The map on WebGL: MapLibre's camera, gestures and lines, and one layer of ours. Throws where there is no WebGL. */
export function createMaplibreEngine(container: HTMLElement, options: MapEngineOptions): MapEngine {
  const { camera, onCamera, onPress, onHover, onTiles } = options;
  let { look } = options;
  const map = new maplibre.Map({
    container,
    style: styleOf(look),
    center: [camera.lon, camera.lat],
    zoom: camera.zoom,
    maxZoom: MAX_ZOOM,
    minZoom: 0,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    // Keys are the view's: they must work wherever the focus is.
    keyboard: false,
    fadeDuration: 0,
    renderWorldCopies: true,
  });
  map.touchZoomRotate.disableRotation();
  const rows = new EntityRows(Date.now());
  const layer = new EntityLayer(rows, coloursOf(look));
  const overlay = document.createElement('canvas');
  overlay.className = 'map-labels';
  overlay.setAttribute('aria-hidden', 'true');
  container.append(overlay);
  const context = overlay.getContext('2d');
  const waiting = new Map<Overlay, readonly Feature[]>();
  let labels: readonly MapLabel[] = [];
  let labelledAt = 0;
  let contextsLost = 0;
  let isReady = false;
  let isDestroyed = false;
  let frame = 0;
  let drawnAt = 0;
  let isTouched = true;
  let detail: '110m' | '50m' | undefined;
  let tiles: Tiles | undefined;

  const cameraNow = (): Camera => {
    const { lng, lat } = map.getCenter();
    return { lon: lng, lat, zoom: map.getZoom() };
  };
  const viewNow = () => {
    const bounds = map.getBounds();
    return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  };
  const source = (name: string) => map.getSource<maplibre.GeoJSONSource>(name);

  /** What a place is on the screen, in the copy of the world that is nearest to the middle. */
  const placed = (key: string): readonly [number, number] | undefined => {
    const slot = rows.slotOf(key);
    const at = slot === undefined ? undefined : rows.shown(slot, Date.now(), layer.prediction);
    if (at === undefined) return undefined;
    const middle = mercatorX(map.getCenter().lng);
    const x = at[0] - Math.round(at[0] - middle);
    const { x: px, y: py } = map.project([lonOf(x), latOf(at[1])]);
    return px < -40 || py < -20 || px > container.clientWidth || py > container.clientHeight ? undefined : [px, py];
  };
  const write = () => {
    const now = performance.now();
    if (context === null || now - labelledAt < LABELS_EVERY_MS) return;
    labelledAt = now;
    const width = Math.round(container.clientWidth * devicePixelRatio);
    const height = Math.round(container.clientHeight * devicePixelRatio);
    if (overlay.width !== width || overlay.height !== height) {
      overlay.width = width;
      overlay.height = height;
    }
    drawLabels(context, labels, placed, look);
  };
  const beat = (at: number) => {
    frame = requestAnimationFrame(beat);
    const pxPerS = FASTEST_MPS * perMetre(map.getCenter().lat) * TILE_PX * 2 ** map.getZoom();
    const everyMs = Math.max(LEAST_FRAME_MS, Math.min(MOST_FRAME_MS, 250 / pxPerS));
    if (at - drawnAt < (isTouched ? LEAST_FRAME_MS : everyMs) || rows.size === 0) return;
    drawnAt = at;
    isTouched = false;
    map.triggerRepaint();
  };
  const refine = () => {
    const wanted = map.getZoom() >= FINE_ZOOM ? '50m' : '110m';
    if (!isReady || wanted === detail || (wanted === '110m' && detail === '50m')) return;
    detail = wanted;
    void loadCoast(wanted).then(
      (coast) => {
        if (!isDestroyed) setCoast(map, coast);
      },
      () => {
        // Offline, and this one was never loaded: the coarser one stays, and it is asked for again at the next move.
        detail = undefined;
      },
    );
  };
  const pick = (point: maplibre.Point): string | undefined => {
    const { lng, lat } = map.unproject(point);
    const most = PICK_PX / (TILE_PX * 2 ** map.getZoom());
    return rows.nearest(mercatorX(lng), mercatorY(lat), most, Date.now(), layer.prediction);
  };

  map.on('load', () => {
    isReady = true;
    map.addLayer(layer);
    for (const [name, features] of waiting) void source(name)?.setData(collection(features));
    waiting.clear();
    refine();
    void addTiles(map, look, maplibre.addProtocol).then(
      (found) => {
        tiles = found;
        tiles?.setLook(look);
        if (found !== undefined) onTiles({ is: 'there', credit: found.credit });
      },
      (cause) => {
        if (!isDestroyed) onTiles({ is: 'broken', why: cause instanceof Error ? cause.message : String(cause) });
      },
    );
    onCamera(cameraNow(), viewNow());
  });
  map.on('moveend', () => {
    onCamera(cameraNow(), viewNow());
    refine();
  });
  map.on('render', write);
  map.on('click', (event) => onPress(pick(event.point), [event.lngLat.lng, event.lngLat.lat]));
  let hoveredAt = 0;
  map.on('mousemove', (event) => {
    if (event.originalEvent.timeStamp - hoveredAt < HOVER_EVERY_MS) return;
    hoveredAt = event.originalEvent.timeStamp;
    const key = pick(event.point);
    map.getCanvas().style.cursor = key === undefined ? '' : 'pointer';
    onHover(key);
  });
  map.on('mouseout', () => onHover(undefined));
  map.on('webglcontextlost', () => {
    contextsLost += 1;
  });
  map.on('webglcontextrestored', () => {
    // What our layer had on the card is gone with it.
    if (map.getLayer(layer.id)) map.removeLayer(layer.id);
    map.addLayer(layer);
  });
  const tend = () => {
    cancelAnimationFrame(frame);
    if (!document.hidden) frame = requestAnimationFrame(beat);
  };
  document.addEventListener('visibilitychange', tend);
  tend();

  return {
    is: 'webgl',
    rows,
    camera: cameraNow,
    view: viewNow,
    setCamera({ lon, lat, zoom }, animate = false) {
      const to = {
        center: [lon ?? map.getCenter().lng, lat ?? map.getCenter().lat] as [number, number],
        zoom: zoom ?? map.getZoom(),
      };
      if (animate && !matchMedia('(prefers-reduced-motion: reduce)').matches) map.easeTo({ ...to, duration: 600 });
      else map.jumpTo(to);
    },
    panBy: (dx, dy) => void map.panBy([dx, dy], { duration: 0 }),
    setLook(next) {
      look = next;
      layer.colours = coloursOf(next);
      if (isReady) paint(map, next);
      tiles?.setLook(next);
      map.triggerRepaint();
    },
    setPrediction(on) {
      layer.prediction = on;
      map.triggerRepaint();
    },
    setChosen(key) {
      layer.chosen = key;
      map.triggerRepaint();
    },
    setLabels(next) {
      labels = next;
      labelledAt = 0;
      map.triggerRepaint();
    },
    setOverlay(name, features) {
      if (isReady) void source(name)?.setData(collection(features));
      else waiting.set(name, features);
    },
    touch() {
      isTouched = true;
    },
    stats: () => ({
      drawn: rows.size,
      frameMs: [...layer.costs].sort((a, b) => a - b)[layer.costs.length >> 1] ?? 0,
      frames: layer.frames,
      contextsLost,
    }),
    picture: () =>
      new Promise((resolve) => {
        // The buffer is gone after the frame, so it is read within one.
        map.once('render', () => map.getCanvas().toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
        map.triggerRepaint();
      }),
    destroy() {
      isDestroyed = true;
      cancelAnimationFrame(frame);
      document.removeEventListener('visibilitychange', tend);
      map.remove();
      overlay.remove();
    },
  };
}

const coloursOf = (look: MapLook): EntityColours => ({
  kinds: look.kinds.map(rgbOf),
  alarm: rgbOf(look.alarm),
  chosen: rgbOf(look.accent),
  background: rgbOf(look.background),
});

function setCoast(map: maplibre.Map, { land, borders }: Coast): void {
  void map.getSource<maplibre.GeoJSONSource>('land')?.setData(land);
  void map
    .getSource<maplibre.GeoJSONSource>('borders')
    ?.setData(collection([{ type: 'Feature', properties: {}, geometry: borders }]));
}
