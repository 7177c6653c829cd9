import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js';
import { pageShown } from '../../components/page-shown.ts';
import type { CrepRecord, LonLat } from '../../contract/upstream/crep.ts';
import type { HubLink } from '../../link/link.ts';
import { destination, MOST_ADVANCE_S } from '../../upstreams/crep/geo/sphere.ts';
import { nightArea } from './engine/graticule.ts';
import type { Camera, MapEngine, TilesState, View } from './engine/map-engine.ts';
import { nameOf } from './entity-words.ts';
import { FenceWatch } from './fences.ts';
import { isFound, passes as passesFilter } from './filter.ts';
import { circleFeature, footprintM, lineFeature, pathFeature } from './geometry.ts';
import { fences, site } from './kept.ts';
import { readLastPicture, writeLastPicture } from './last-picture.ts';
import { MapData } from './map-data.ts';
import { mapLook } from './map-look.ts';
import type { MapAddress } from './state.ts';
import { TrailBook } from './trail-book.ts';

const VIEW_AFTER_MS = 400;
const FIRST_PICTURE_MS = 2_000;
const PICTURE_EVERY_MS = 30_000;
const VECTOR_S = 600;
/** In this time the night goes on by a quarter of a degree. */
const NIGHT_EVERY_MS = 60_000;
const MOST_VECTORS = 400;
const MOST_LABELS = 400;
const RINGS_M = [50_000, 100_000, 200_000, 400_000];
const ORBIT_POINTS = 180;
const ORBIT_MS = 100 * 60_000;
const SLUG = 'crep';

export type MapState = ReturnType<typeof useMap>;

/** The map behind its view: its data, what is drawn, and what is told to the sources. */
export function useMap(
  link: HubLink,
  address: Accessor<MapAddress>,
  change: (part: Partial<MapAddress>) => void,
  seen: Accessor<boolean> = () => true,
) {
  const [engine, setEngine] = createSignal<MapEngine>();
  const [tick, setTick] = createSignal(0);
  const [view, setView] = createSignal<View>();
  const [camera, setCameraSignal] = createSignal<Camera>(untrack(address).camera);
  const [crossed, setCrossed] = createSignal(0);
  const [pictureAt, setPictureAt] = createSignal<number>();
  const [viewNotTold, setViewNotTold] = createSignal<string>();
  const [tiles, setTiles] = createSignal<TilesState>();
  const [measured, setMeasured] = createSignal<readonly LonLat[]>();
  let firstPicture: ReturnType<typeof setTimeout> | undefined;
  const data = new MapData(link, () => {
    setTick((count) => count + 1);
    // A page that is left in its first half minute has no time for it then.
    if (data.ready.size > 0) firstPicture ??= setTimeout(keepPicture, FIRST_PICTURE_MS);
    if (data.ready.size > 0 && data.size > 0) setPictureAt(undefined);
  });
  const trails = new TrailBook();
  const watch = new FenceWatch();
  const isShown = createMemo(() => pageShown() && seen());

  const keepPicture = () => {
    if (data.ready.size > 0) void writeLastPicture(data.records(), Date.now());
  };
  createEffect(() => {
    if (isShown()) return data.start();
    keepPicture();
    data.pause();
  });
  void readLastPicture().then((picture) => {
    if (picture === undefined || data.ready.size > 0) return;
    setPictureAt(picture.at);
    data.restore(picture.records);
  });
  const pictures = setInterval(keepPicture, PICTURE_EVERY_MS);
  window.addEventListener('pagehide', keepPicture);
  onCleanup(() => {
    clearTimeout(firstPicture);
    clearInterval(pictures);
    window.removeEventListener('pagehide', keepPicture);
    keepPicture();
    data.end();
  });

  const attach = (made: MapEngine) => {
    setEngine(made);
    data.attach(made);
  };

  /** Where the map is belongs into the address, a moment after it came to rest. */
  let settling: ReturnType<typeof setTimeout> | undefined;
  const onCamera = (next: Camera, sight: View) => {
    setCameraSignal(next);
    setView(sight);
    clearTimeout(settling);
    settling = setTimeout(() => {
      change({ camera: next });
      void tellView(sight);
    }, VIEW_AFTER_MS);
  };
  onCleanup(() => clearTimeout(settling));
  const tellView = async ({ west, south, east, north }: View) => {
    const outcome = await link.ask((hub) =>
      hub.upstream({ do: 'call', upstream: SLUG, name: 'view', args: { boxes: [[west, south, east, north]] } }),
    );
    setViewNotTold(outcome.ok ? undefined : outcome.error.message);
  };

  createEffect(() => {
    const { hidden, filter, find, isolate, sel } = address();
    engine();
    data.setFilter(
      (it) =>
        !hidden.has(it.kind) &&
        passesFilter(filter, it, Date.now()) &&
        (!isolate || it.key === sel || (find !== '' && isFound(find, it))),
    );
  });
  createEffect(
    on([() => address().sel, engine], ([sel]) => {
      const keys = sel === undefined ? [] : [sel];
      engine()?.setChosen(sel);
      data.keep(keys);
      void link.ask((hub) => hub.upstream({ do: 'call', upstream: SLUG, name: 'keep', args: { keys } }));
    }),
  );
  createEffect(() => engine()?.setPrediction(address().prediction));

  const chosen = createMemo(
    () => {
      tick();
      const { sel } = address();
      return sel === undefined ? undefined : data.recordOf(sel);
    },
    undefined,
    // Records change in place: the same object may be another one now.
    { equals: false },
  );
  const placeOf = (it: CrepRecord): LonLat | undefined => {
    const found = data.placeOf(it.key, address().prediction);
    if (found !== undefined) return found;
    return it.lon === undefined || it.lat === undefined ? undefined : [it.lon, it.lat];
  };

  /** Once a second: what follows from where things are now. */
  const beat = () => {
    const made = engine();
    if (made === undefined || !isShown()) return;
    const now = Date.now();
    const { extras, sel, follow, prediction } = address();
    const it = sel === undefined ? undefined : data.recordOf(sel);
    const at = it === undefined ? undefined : placeOf(it);
    if (it !== undefined && at !== undefined) {
      trails.add(it.key, at, it.kind === 'satellite' ? now : it.at);
      if (follow) made.setCamera({ lon: at[0], lat: at[1] });
    }
    const trail = sel === undefined ? [] : trails.of(sel);
    made.setOverlay('trails', extras.has('trails') && trail.length > 1 ? [lineFeature(trail)] : []);
    made.setOverlay('vectors', extras.has('vectors') ? vectors(made.view(), prediction) : []);
    made.setOverlay('night', extras.has('night') ? [nightArea(now - (now % NIGHT_EVERY_MS))] : []);
    const height = it?.kind === 'satellite' ? data.satellites.get(it.key)?.heightKm : undefined;
    made.setOverlay(
      'footprint',
      at !== undefined && height !== undefined ? [circleFeature(at, footprintM(height))] : [],
    );
    made.setOverlay('shapes', shapes());
    made.setLabels(extras.has('labels') ? labels(made) : []);
    const isThere = (key: string) => data.recordOf(key) !== undefined;
    if (watch.look(fences(), watched(), now, isThere)) setCrossed((count) => count + 1);
  };
  const timer = setInterval(beat, 1_000);
  onCleanup(() => clearInterval(timer));
  createEffect(() => {
    address();
    engine();
    untrack(beat);
  });

  function* watched(): Iterable<{ readonly key: string; readonly name: string; readonly at: LonLat }> {
    for (const it of data.records()) {
      if (it.kind !== 'aircraft' && it.kind !== 'vessel') continue;
      const at = placeOf(it);
      if (at !== undefined) yield { key: it.key, name: nameOf(it), at };
    }
  }
  const vectors = (sight: View, prediction: boolean) => {
    const features: ReturnType<typeof pathFeature>[] = [];
    for (const it of data.inView(sight, MOST_VECTORS * 4).rows) {
      if ((it.kind !== 'aircraft' && it.kind !== 'vessel') || features.length >= MOST_VECTORS) continue;
      const at = data.placeOf(it.key, prediction);
      const most = MOST_ADVANCE_S[it.kind];
      if (at === undefined || most === undefined || it.trackDeg === undefined || !(it.speedMps ?? 0)) continue;
      features.push(aheadFeature(at, it.trackDeg, (it.speedMps ?? 0) * VECTOR_S));
    }
    return features;
  };
  const shapes = () => {
    const features: ReturnType<typeof lineFeature>[] = [];
    for (const it of data.records()) {
      if (it.kind !== 'event' || it.shape === undefined || !data.isShown(it)) continue;
      if (it.shape.is === 'line') for (const segment of it.shape.segments) features.push(lineFeature(segment));
      else
        features.push({
          type: 'Feature',
          properties: {},
          geometry: { type: 'Polygon', coordinates: it.shape.rings.map((ring) => ring.map(([x, y]) => [x, y])) },
        });
      if (features.length >= MOST_VECTORS) break;
    }
    return features;
  };
  /** Emergencies and what is chosen first, then what moves fastest: those are asked about. */
  const labels = (made: MapEngine) => {
    const { sel } = address();
    const rank = (it: CrepRecord) =>
      it.key === sel
        ? 2e6
        : it.flags.includes('emergency')
          ? 1e6
          : it.kind === 'event'
            ? 500
            : 'speedMps' in it
              ? (it.speedMps ?? 0)
              : 0;
    return data
      .inView(made.view(), MOST_LABELS * 5)
      .rows.map((it) => ({ it, rank: rank(it) }))
      .sort((a, b) => b.rank - a.rank)
      .slice(0, MOST_LABELS)
      .map(({ it }) => ({ key: it.key, text: nameOf(it).slice(0, 28) }));
  };

  createEffect(() => {
    engine()?.setOverlay(
      'fences',
      fences().map(({ lon, lat, radiusM }) => circleFeature([lon, lat], radiusM)),
    );
  });
  createEffect(() => {
    const at = site();
    const pair = measured();
    const rings = at !== undefined && address().extras.has('rings') ? RINGS_M.map((m) => circleFeature(at, m)) : [];
    const [from, to] = pair ?? [];
    engine()?.setOverlay('rings', from !== undefined && to !== undefined ? [...rings, pathFeature(from, to)] : rings);
  });
  createEffect(
    on([() => address().sel, engine], async ([sel, made]) => {
      made?.setOverlay('orbit', []);
      if (sel === undefined || data.recordOf(sel)?.kind !== 'satellite') return;
      const now = Date.now();
      const track = await data.track(sel, now - ORBIT_MS, now + ORBIT_MS, ORBIT_POINTS);
      if (address().sel === sel && track.length > 1)
        engine()?.setOverlay('orbit', [lineFeature(track.map(({ lon, lat }): LonLat => [lon, lat]))]);
    }),
  );
  const theme = new MutationObserver(() => engine()?.setLook(mapLook()));
  theme.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
  onCleanup(() => theme.disconnect());

  return {
    data,
    trails,
    watch,
    engine,
    attach,
    onCamera,
    /** Grows when records changed, at most twice a second. */
    tick,
    view,
    camera,
    chosen,
    placeOf,
    crossed,
    pictureAt,
    viewNotTold,
    tiles,
    setTiles,
    measured,
    setMeasured,
  };
}

function aheadFeature(at: LonLat, trackDeg: number, metres: number) {
  const steps = Array.from({ length: 5 }, (_, step) => step / 4);
  return lineFeature(steps.map((part) => destination(at[0], at[1], trackDeg, metres * part)));
}
