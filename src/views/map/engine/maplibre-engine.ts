import type { Feature } from 'geojson';
import * as maplibre from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { type Coast, loadCoast } from './coast.ts';
import { EntityCanvas, type EntityColours } from './entity-canvas.ts';
import { EntityRows } from './entity-rows.ts';
import { drawLabels } from './labels.ts';
import {
  type Camera,
  collection,
  type MapEngine,
  type MapEngineOptions,
  type MapLabel,
  type MapLook,
  OVERLAYS,
  type Overlay,
} from './map-engine.ts';
import { lay, paint, styleOf } from './map-style.ts';
import { latOf, lonOf, mercatorX, mercatorY, perMetre, TILE_PX } from './mercator.ts';
import { paceOf } from './pace.ts';
import { rgbOf } from './rgb.ts';
import { addTiles, type Tiles } from './tiles.ts';
import 'maplibre-gl/dist/maplibre-gl.css';

const PICK_PX = 16;
const HOVER_EVERY_MS = 60;
const LABELS_EVERY_MS = 120;
/** Closer than this the finer coast is worth its bytes. */
const FINE_ZOOM = 3.5;
const MAX_ZOOM = 18;

maplibre.setWorkerUrl(workerUrl);

/** The map on WebGL: MapLibre's camera, gestures and lines, and above them a canvas of ours. Throws where there is no WebGL. */
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
  const entities = new EntityCanvas(rows, coloursOf(look));
  const overlay = document.createElement('canvas');
  overlay.className = 'map-labels';
  overlay.setAttribute('aria-hidden', 'true');
  container.append(entities.canvas, overlay);
  const context = overlay.getContext('2d');
  const waiting = new Map<Overlay, readonly Feature[]>();
  const overlays = new Map<Overlay, string>(OVERLAYS.map((name) => [name, '[]']));
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

  /** What a place is on the screen, in the copy of the world that is nearest to the middle. */
  const placed = (key: string): readonly [number, number] | undefined => {
    const slot = rows.slotOf(key);
    const at = slot === undefined ? undefined : rows.shown(slot, Date.now(), entities.prediction);
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
  const paintEntities = () => {
    drawnAt = performance.now();
    isTouched = false;
    const { width, height } = map.getCanvas();
    const { west, east } = viewNow();
    entities.paint({ ...cameraNow(), west, east, width, height, pixelRatio: map.getPixelRatio() });
    write();
  };
  const beat = (at: number) => {
    frame = requestAnimationFrame(beat);
    const pxPerMetre = perMetre(map.getCenter().lat) * TILE_PX * 2 ** map.getZoom();
    if (at - drawnAt < paceOf(pxPerMetre, isTouched, entities.withoutCard) || (rows.size === 0 && !isTouched)) return;
    paintEntities();
  };
  /** With the next frame, whatever the pace; however often it is asked for until then, once. */
  const soon = () => {
    isTouched = true;
    drawnAt = 0;
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
    return rows.nearest(mercatorX(lng), mercatorY(lat), most, Date.now(), entities.prediction);
  };

  map.on('load', () => {
    isReady = true;
    for (const [name, features] of waiting) lay(map, name, features);
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
  // The camera moved, or what lies below changed: both are painted within one frame.
  map.on('render', paintEntities);
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
      entities.colours = coloursOf(next);
      if (isReady) paint(map, next);
      tiles?.setLook(next);
      map.triggerRepaint();
    },
    setPrediction(on) {
      entities.prediction = on;
      soon();
    },
    setChosen(key) {
      entities.chosen = key;
      soon();
    },
    setLabels(next) {
      labels = next;
      labelledAt = 0;
      soon();
    },
    setOverlay(name, features) {
      // Told each second, and mostly the same: then nothing below is painted anew.
      const text = JSON.stringify(features);
      if (overlays.get(name) === text) return;
      overlays.set(name, text);
      if (isReady) lay(map, name, features);
      else waiting.set(name, features);
    },
    touch() {
      isTouched = true;
    },
    stats: () => ({
      drawn: rows.size,
      frameMs: [...entities.costs].sort((a, b) => a - b)[entities.costs.length >> 1] ?? 0,
      frames: entities.frames,
      contextsLost: Math.max(contextsLost, entities.contextsLost),
      withoutCard: entities.withoutCard,
    }),
    picture: () =>
      new Promise((resolve) => {
        // The buffers are gone after the frame, so they are read within one.
        map.once('render', () => {
          const whole = document.createElement('canvas');
          const below = map.getCanvas();
          [whole.width, whole.height] = [below.width, below.height];
          const onto = whole.getContext('2d');
          for (const part of [below, entities.canvas, overlay]) onto?.drawImage(part, 0, 0, whole.width, whole.height);
          whole.toBlob((blob) => resolve(blob ?? undefined), 'image/png');
        });
        map.triggerRepaint();
      }),
    destroy() {
      isDestroyed = true;
      cancelAnimationFrame(frame);
      document.removeEventListener('visibilitychange', tend);
      entities.destroy();
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
