import type { Feature, Position } from 'geojson';
import { type Coast, loadCoast } from './coast.ts';
import { EntityRows, ROW, ROW_FLOATS, SHAPES } from './entity-rows.ts';
import { graticule } from './graticule.ts';
import { drawLabels } from './labels.ts';
import type { Camera, MapEngine, MapEngineOptions, MapLabel, Overlay } from './map-engine.ts';
import { latOf, lonOf, mercatorX, mercatorY, TILE_PX } from './mercator.ts';

const PICK_PX = 16;
const EVERY_MS = 250;
const [MIN_ZOOM, MAX_ZOOM] = [0, 18];
const CLICK_PX = 5;

/** The map where there is no WebGL: coast, entities and lines on a plain canvas, four pictures a second. */
export function createCanvasEngine(container: HTMLElement, options: MapEngineOptions, because: string): MapEngine {
  const { onCamera, onPress, onHover } = options;
  let { camera, look } = options;
  const canvas = document.createElement('canvas');
  canvas.className = 'map-canvas';
  const labelCanvas = document.createElement('canvas');
  labelCanvas.className = 'map-labels';
  container.append(canvas, labelCanvas);
  const context = canvas.getContext('2d', { alpha: false });
  const labelContext = labelCanvas.getContext('2d');
  const rows = new EntityRows(Date.now());
  const overlays = new Map<Overlay, readonly Feature[]>();
  const grid = graticule();
  let coast: Coast | undefined;
  let labels: readonly MapLabel[] = [];
  let chosen: string | undefined;
  let prediction = true;
  let frames = 0;
  const costs: number[] = [];
  void loadCoast('110m').then(
    (loaded) => {
      coast = loaded;
      draw();
    },
    // Without its coast it is still a map: the grid and what is on it.
    () => undefined,
  );

  const scale = () => TILE_PX * 2 ** camera.zoom;
  const size = () => [container.clientWidth, container.clientHeight] as const;
  const toPx = (x: number, y: number): readonly [number, number] => {
    const [width, height] = size();
    return [(x - mercatorX(camera.lon)) * scale() + width / 2, (y - mercatorY(camera.lat)) * scale() + height / 2];
  };
  const toMercator = (px: number, py: number): readonly [number, number] => {
    const [width, height] = size();
    return [(px - width / 2) / scale() + mercatorX(camera.lon), (py - height / 2) / scale() + mercatorY(camera.lat)];
  };
  const view = () => {
    const [width, height] = size();
    const [west, north] = toMercator(0, 0);
    const [east, south] = toMercator(width, height);
    return { west: lonOf(west), east: lonOf(east), north: latOf(Math.max(0, north)), south: latOf(Math.min(1, south)) };
  };
  const worlds = (): readonly number[] => {
    const { west, east } = view();
    const all: number[] = [];
    for (let world = Math.floor((west + 180) / 360); world <= Math.floor((east + 180) / 360); world += 1)
      all.push(world);
    return all.slice(0, 5);
  };
  const setCamera = (next: Camera) => {
    const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, next.zoom));
    const lon = ((((next.lon + 180) % 360) + 360) % 360) - 180;
    camera = { lon, lat: Math.max(-85, Math.min(85, next.lat)), zoom };
    draw();
    onCamera(camera, view());
  };

  const trace = (line: readonly Position[], world: number) => {
    line.forEach(([lon = 0, lat = 0], index) => {
      const [x, y] = toPx(mercatorX(lon) + world, mercatorY(lat));
      if (index === 0) context?.moveTo(x, y);
      else context?.lineTo(x, y);
    });
  };
  const traceFeature = ({ geometry }: Feature, world: number): boolean => {
    switch (geometry.type) {
      case 'LineString':
        trace(geometry.coordinates, world);
        return false;
      case 'MultiLineString':
        for (const line of geometry.coordinates) trace(line, world);
        return false;
      case 'Polygon':
        for (const ring of geometry.coordinates) trace(ring, world);
        return true;
      case 'MultiPolygon':
        for (const polygon of geometry.coordinates) for (const ring of polygon) trace(ring, world);
        return true;
      default:
        return false;
    }
  };
  const strokeAll = (features: readonly Feature[], colour: string, width: number, fill?: string) => {
    if (context === null) return;
    context.strokeStyle = colour;
    context.lineWidth = width;
    for (const world of worlds()) {
      context.beginPath();
      let isArea = false;
      for (const one of features) isArea = traceFeature(one, world) || isArea;
      if (isArea && fill !== undefined) {
        context.fillStyle = fill;
        context.fill('evenodd');
      }
      if (width > 0) context.stroke();
    }
  };
  function draw(): void {
    if (context === null || document.hidden) return;
    const began = performance.now();
    const [width, height] = size();
    const ratio = devicePixelRatio;
    for (const each of [canvas, labelCanvas]) {
      if (each.width === Math.round(width * ratio) && each.height === Math.round(height * ratio)) continue;
      each.width = Math.round(width * ratio);
      each.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = look.background;
    context.fillRect(0, 0, width, height);
    if (coast !== undefined) {
      strokeAll(coast.land.features, look.border, 0, look.land);
      strokeAll([{ type: 'Feature', properties: {}, geometry: coast.borders }], look.border, 0.8);
    }
    strokeAll([grid], look.grid, 0.5);
    for (const [name, features] of overlays)
      strokeAll(
        features,
        name === 'vectors' ? look.ink : name === 'shapes' ? look.warn : look.accent,
        name === 'night' ? 0 : 1.2,
        name === 'night' ? 'rgb(0 0 0 / 0.2)' : undefined,
      );
    drawEntities();
    if (labelContext !== null) drawLabels(labelContext, labels, placed, look);
    frames += 1;
    costs.push(performance.now() - began);
    if (costs.length > 60) costs.shift();
  }
  const placed = (key: string): readonly [number, number] | undefined => {
    const slot = rows.slotOf(key);
    const at = slot === undefined ? undefined : rows.shown(slot, Date.now(), prediction);
    if (at === undefined) return undefined;
    const x = at[0] - Math.round(at[0] - mercatorX(camera.lon));
    const [px, py] = toPx(x, at[1]);
    const [width, height] = size();
    return px < -20 || py < -20 || px > width + 20 || py > height + 20 ? undefined : [px, py];
  };
  function drawEntities(): void {
    if (context === null) return;
    for (let slot = 0; slot < rows.count; slot += 1) {
      const key = rows.keyOf(slot);
      const at = key === undefined ? undefined : placed(key);
      if (at === undefined || key === undefined) continue;
      const shape = rows.data[slot * ROW_FLOATS + ROW.shape] ?? 0;
      context.fillStyle = key === chosen ? look.accent : (look.kinds[shape] ?? look.ink);
      drawShape(
        context,
        SHAPES[shape] ?? 'event',
        at,
        rows.data[slot * ROW_FLOATS + ROW.angle] ?? 0,
        key === chosen ? 8 : 5,
      );
    }
  }

  const pick = (px: number, py: number): string | undefined => {
    const [x, y] = toMercator(px, py);
    return rows.nearest(x, y, PICK_PX / scale(), Date.now(), prediction);
  };
  let drag: { readonly x: number; readonly y: number; moved: boolean; camera: Camera } | undefined;
  const onDown = (event: PointerEvent) => {
    drag = { x: event.offsetX, y: event.offsetY, moved: false, camera };
    canvas.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent) => {
    if (drag === undefined) {
      onHover(pick(event.offsetX, event.offsetY));
      return;
    }
    const dx = event.offsetX - drag.x;
    const dy = event.offsetY - drag.y;
    drag.moved ||= Math.hypot(dx, dy) > CLICK_PX;
    if (!drag.moved) return;
    const { camera: from } = drag;
    const x = mercatorX(from.lon) - dx / scale();
    setCamera({ lon: lonOf(x), lat: latOf(mercatorY(from.lat) - dy / scale()), zoom: from.zoom });
  };
  const onUp = (event: PointerEvent) => {
    const wasDrag = drag?.moved ?? true;
    drag = undefined;
    if (wasDrag) return;
    const [x, y] = toMercator(event.offsetX, event.offsetY);
    onPress(pick(event.offsetX, event.offsetY), [lonOf(x), latOf(y)]);
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const [x, y] = toMercator(event.offsetX, event.offsetY);
    const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, camera.zoom - event.deltaY / 300));
    const keep = 1 - 2 ** (camera.zoom - zoom);
    // The place under the pointer stays there.
    const nextX = mercatorX(camera.lon) + (x - mercatorX(camera.lon)) * keep;
    const nextY = mercatorY(camera.lat) + (y - mercatorY(camera.lat)) * keep;
    setCamera({ lon: lonOf(nextX), lat: latOf(nextY), zoom });
  };
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('wheel', onWheel, { passive: false });
  const timer = setInterval(draw, EVERY_MS);
  const resize = new ResizeObserver(draw);
  resize.observe(container);
  queueMicrotask(() => onCamera(camera, view()));

  return {
    is: 'canvas',
    plainBecause: because,
    rows,
    camera: () => camera,
    view,
    setCamera: (next) => setCamera({ ...camera, ...next }),
    panBy: (dx, dy) => {
      const [width, height] = size();
      const [x, y] = toMercator(width / 2 + dx, height / 2 + dy);
      setCamera({ lon: lonOf(x), lat: latOf(y), zoom: camera.zoom });
    },
    setLook(next) {
      look = next;
      draw();
    },
    setPrediction(on) {
      prediction = on;
    },
    setChosen(key) {
      chosen = key;
      draw();
    },
    setLabels(next) {
      labels = next;
    },
    setOverlay(name, features) {
      overlays.set(name, features);
    },
    touch() {
      rows.clean();
    },
    stats: () => ({
      drawn: rows.size,
      frameMs: [...costs].sort((a, b) => a - b)[costs.length >> 1] ?? 0,
      frames,
      contextsLost: 0,
      withoutCard: true,
    }),
    picture: () => new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png')),
    destroy() {
      clearInterval(timer);
      resize.disconnect();
      canvas.remove();
      labelCanvas.remove();
    },
  };
}

function drawShape(
  context: CanvasRenderingContext2D,
  shape: (typeof SHAPES)[number],
  [x, y]: readonly [number, number],
  angle: number,
  px: number,
): void {
  context.beginPath();
  switch (shape) {
    case 'aircraft':
    case 'vessel': {
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      const wide = shape === 'aircraft' ? 0.8 : 0.45;
      context.moveTo(x + sin * px, y - cos * px);
      context.lineTo(x - sin * px + cos * px * wide, y + cos * px + sin * px * wide);
      context.lineTo(x - sin * px - cos * px * wide, y + cos * px - sin * px * wide);
      break;
    }
    case 'satellite':
    case 'board':
      context.moveTo(x, y - px * 0.8);
      context.lineTo(x + px * 0.8, y);
      context.lineTo(x, y + px * 0.8);
      context.lineTo(x - px * 0.8, y);
      break;
    case 'device':
      context.rect(x - px * 0.6, y - px * 0.6, px * 1.2, px * 1.2);
      break;
    default:
      context.arc(x, y, px * 0.6, 0, 2 * Math.PI);
  }
  context.fill();
}
