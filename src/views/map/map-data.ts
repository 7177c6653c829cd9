import { CREP_KINDS, CREP_PARTS, type CrepKind, type CrepRecord } from '../../contract/upstream/crep.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import type { HubLink } from '../../link/link.ts';
import { rendering } from '../../upstreams/crep/age.ts';
import { lonDelta, normalLon } from '../../upstreams/crep/geo/angles.ts';
import { type EntityRow, type EntityRows, FLAGS } from './engine/entity-rows.ts';
import type { MapEngine, View } from './engine/map-engine.ts';
import { mercatorX, mercatorY } from './engine/mercator.ts';
import { OrbitClient } from './orbit-client.ts';
import { rowOf, type SatellitePlace } from './row-of.ts';

const SLUG = 'crep';

type Drawn = Pick<MapEngine, 'rows' | 'touch'>;

/** No row in the engine. */
const NO_ROW = -1;

/** One look-up by key is what a report costs most, so all that is known of an entity is behind it. */
interface Known {
  it: CrepRecord;
  /** Its row in the engine, or `NO_ROW`. */
  slot: number;
}

export interface KindCount {
  /** Known at all. */
  readonly all: number;
  /** In sight, and neither filtered nor too old. */
  readonly shown: number;
  /** Without a place. */
  readonly nowhere: number;
}

/**
 * Every record of the map and its row in the engine. Records change in place several thousand times a second, so nothing here is reactive:
 * `onChange` is called at most twice a second, and the engine is written to at once.
 */
export class MapData {
  readonly #known = new Map<string, Known>();
  readonly satellites = new Map<string, SatellitePlace>();
  /** Kinds of which something came since this page looks. */
  readonly ready = new Set<CrepKind>();
  /** From the last picture, and not reported since. */
  readonly #restored = new Set<string>();
  /** Changes that were merged on their way to this page. */
  conflated = 0;
  #isOver = false;
  readonly #link: Pick<HubLink, 'subscribeState'>;
  readonly #onChange: () => void;
  readonly #orbits: OrbitClient;
  #engine: Drawn | undefined;
  #stops: (() => void)[] = [];
  #isShown: (it: CrepRecord) => boolean = () => true;
  #kept = new Set<string>();
  #changing: ReturnType<typeof setTimeout> | undefined;

  constructor(link: Pick<HubLink, 'subscribeState'>, onChange: () => void) {
    this.#link = link;
    this.#onChange = onChange;
    this.#orbits = new OrbitClient((key, lon, lat, heightKm, at) => this.#passed(key, lon, lat, heightKm, at));
  }

  get size(): number {
    return this.#known.size;
  }

  recordOf(key: string): CrepRecord | undefined {
    return this.#known.get(key)?.it;
  }

  *records(): IterableIterator<CrepRecord> {
    for (const { it } of this.#known.values()) yield it;
  }

  start(): void {
    if (this.#stops.length > 0) return;
    this.#orbits.run();
    this.#stops = CREP_KINDS.map((kind) =>
      this.#link.subscribeState<CrepRecord>(upstreamChannel('state', SLUG, CREP_PARTS[kind]), {
        onState: ({ snapshot, puts, dels, conflated }) => {
          if (puts.length > 0) this.ready.add(kind);
          if (snapshot) {
            // Nothing at all is what a source that has not answered yet has, too: the last picture then stays.
            const there = new Set(puts.map(([key]) => key));
            for (const [key, { it }] of this.#known) {
              const isKept = there.has(key) || (puts.length === 0 && this.#restored.has(key));
              if (it.kind === kind && !isKept) this.#remove(key);
            }
          }
          const now = Date.now();
          for (const [key, it] of puts) {
            if (this.#restored.size > 0) this.#restored.delete(key);
            this.#put(key, it, now);
          }
          for (const key of dels) this.#remove(key);
          this.conflated += conflated;
          this.#engine?.touch();
          this.#change();
        },
      }),
    );
  }

  /** Nobody looks: nothing is subscribed to and nothing computed. What is known stays. */
  pause(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.ready.clear();
    this.#orbits.pause();
  }

  end(): void {
    this.#isOver = true;
    this.pause();
    clearTimeout(this.#changing);
    this.#orbits.end();
  }

  attach(engine: Drawn): void {
    this.#engine = engine;
    const now = Date.now();
    for (const [key, known] of this.#known) {
      known.slot = NO_ROW;
      this.#write(key, known, now);
    }
    engine.touch();
  }

  /** What was there when the page was last open; anything live takes its place. */
  restore(records: readonly CrepRecord[]): void {
    if (this.#isOver) return;
    const now = Date.now();
    for (const it of records) {
      if (this.#known.has(it.key) || this.ready.has(it.kind)) continue;
      this.#restored.add(it.key);
      this.#put(it.key, it, now);
    }
    this.#change();
  }

  /** Chosen or followed: shown however old. */
  keep(keys: readonly string[]): void {
    const rows = this.#engine?.rows;
    for (const key of this.#kept) setFlag(rows, key, FLAGS.kept, false);
    this.#kept = new Set(keys);
    for (const key of keys) setFlag(rows, key, FLAGS.kept, true);
    this.#engine?.touch();
  }

  setFilter(isShown: (it: CrepRecord) => boolean): void {
    this.#isShown = isShown;
    const rows = this.#engine?.rows;
    for (const { it, slot } of this.#known.values())
      if (slot !== NO_ROW) rows?.setFlag(slot, FLAGS.hidden, !isShown(it));
    this.#engine?.touch();
  }

  isShown(it: CrepRecord): boolean {
    return this.#isShown(it);
  }

  /** Where something is now, degrees; undefined: it has no place, or is not shown. */
  placeOf(key: string, prediction: boolean): readonly [lon: number, lat: number] | undefined {
    const rows = this.#engine?.rows;
    const slot = rows?.slotOf(key);
    const at = slot === undefined ? undefined : rows?.shown(slot, Date.now(), prediction);
    if (at === undefined) return undefined;
    const lat = (Math.atan(Math.sinh((0.5 - at[1]) * 2 * Math.PI)) * 180) / Math.PI;
    return [normalLon(at[0] * 360 - 180), lat];
  }

  counts(view: View | undefined): Readonly<Record<CrepKind, KindCount>> {
    const counts = Object.fromEntries(
      CREP_KINDS.map((kind) => [kind, { all: 0, shown: 0, nowhere: 0 }]),
    ) as unknown as Record<CrepKind, { all: number; shown: number; nowhere: number }>;
    const now = Date.now();
    for (const { it } of this.#known.values()) {
      const count = counts[it.kind];
      count.all += 1;
      const is = rendering(it, now);
      if (is === 'list') count.nowhere += 1;
      else if (is === 'map' && this.#isShown(it) && this.#isIn(it, view)) count.shown += 1;
    }
    return counts;
  }

  /** What the table shows: in sight or without a place, and not filtered away. */
  inView(view: View | undefined, most: number): { readonly rows: readonly CrepRecord[]; readonly more: number } {
    const rows: CrepRecord[] = [];
    let more = 0;
    const now = Date.now();
    for (const { it } of this.#known.values()) {
      if (!this.#isShown(it)) continue;
      const is = rendering(it, now);
      if (is === 'off' || (is === 'map' && !this.#isIn(it, view))) continue;
      if (rows.length < most) rows.push(it);
      else more += 1;
    }
    return { rows, more };
  }

  track(key: string, from: number, to: number, points: number) {
    return this.#orbits.track(key, from, to, points);
  }

  #isIn(it: CrepRecord, view: View | undefined): boolean {
    if (view === undefined) return true;
    const place = it.kind === 'satellite' ? (this.satellites.get(it.key) ?? it) : it;
    const { lon, lat } = place;
    if (lon === undefined || lat === undefined || lat < view.south || lat > view.north) return false;
    if (view.east - view.west >= 360) return true;
    const middle = (view.west + view.east) / 2;
    return Math.abs(lonDelta(normalLon(middle), lon)) <= (view.east - view.west) / 2;
  }

  #put(key: string, it: CrepRecord, now: number): void {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = { it, slot: NO_ROW };
      this.#known.set(key, known);
    } else known.it = it;
    this.#write(key, known, now);
  }

  #write(key: string, known: Known, now: number): void {
    const { it } = known;
    if (it.kind === 'satellite' && it.elements !== undefined) {
      this.#orbits.put(key, it.elements);
      return;
    }
    const rows = this.#engine?.rows;
    if (rows === undefined) return;
    const row = rowOf(it, undefined);
    if (row === undefined) erase(rows, key, known);
    else this.#draw(rows, key, known, row, now);
  }

  #draw(rows: EntityRows, key: string, known: Known, row: EntityRow, now: number): void {
    if (known.slot === NO_ROW) known.slot = rows.slotFor(key);
    const { it, slot } = known;
    rows.put(slot, row, now);
    rows.setFlag(slot, FLAGS.hidden, !this.#isShown(it));
    rows.setFlag(slot, FLAGS.kept, this.#kept.size > 0 && this.#kept.has(key));
  }

  #remove(key: string): void {
    this.#known.delete(key);
    this.#restored.delete(key);
    this.satellites.delete(key);
    this.#orbits.remove(key);
    this.#engine?.rows.remove(key);
  }

  #passed(key: string, lon: number, lat: number, heightKm: number, at: number): void {
    const known = this.#known.get(key);
    const rows = this.#engine?.rows;
    if (known?.it.kind !== 'satellite' || rows === undefined) return;
    if (Number.isNaN(lat)) {
      // Decayed, or its elements are too far from now: there is no place to show.
      this.satellites.delete(key);
      erase(rows, key, known);
      return;
    }
    const before = this.satellites.get(key);
    this.satellites.set(key, { lon, lat, heightKm, at });
    const seconds = before === undefined ? 0 : (at - before.at) / 1_000;
    if (known.slot === NO_ROW || before === undefined || !(seconds > 0)) {
      const row = rowOf(known.it, { lon, lat, heightKm, at });
      if (row !== undefined) this.#draw(rows, key, known, row, at);
      return;
    }
    const [x, y] = [mercatorX(lon), mercatorY(lat)];
    let dx = x - mercatorX(before.lon);
    dx -= Math.round(dx);
    rows.move(known.slot, x, y, dx / seconds, (y - mercatorY(before.lat)) / seconds, at);
  }

  #change(): void {
    this.#changing ??= setTimeout(() => {
      this.#changing = undefined;
      this.#onChange();
    }, 500);
  }
}

function erase(rows: EntityRows, key: string, known: Known): void {
  known.slot = NO_ROW;
  rows.remove(key);
}

function setFlag(rows: MapEngine['rows'] | undefined, key: string, flag: number, on: boolean): void {
  const slot = rows?.slotOf(key);
  if (slot !== undefined) rows?.setFlag(slot, flag, on);
}
