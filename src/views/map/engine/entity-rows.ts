import type { CrepKind } from '../../../contract/upstream/crep.ts';
import { mercatorX, northAt, perMetre, perMetreAt, sineOf, stepsOf } from './mercator.ts';

/** Each kind has a shape of its own, so that nobody must tell them by colour. */
export const SHAPES = ['aircraft', 'vessel', 'satellite', 'event', 'device', 'observation', 'board'] as const;
export type EntityShape = (typeof SHAPES)[number];

const SHAPE_NUMBERS = Object.fromEntries(SHAPES.map((shape, index) => [shape, index])) as Record<EntityShape, number>;

/** Floats of a row, as the shader reads them. */
export const ROW = {
  x: 0,
  y: 1,
  xLow: 2,
  yLow: 3,
  vx: 4,
  vy: 5,
  /** s since `EntityRows.baseMs` */
  fixAt: 6,
  /** A fix is carried on for no longer, s; 0: it stands still. */
  most: 7,
  angle: 8,
  shape: 9,
  ageFrom: 10,
  fresh: 11,
  ageing: 12,
  offMap: 13,
  /** Bits: `FLAGS`. */
  flags: 14,
  /** 0 … 1 up to 13 km; below 0: unknown. */
  height: 15,
  /** Where it was shown when this fix came, less where this fix would have it: fades within `BLEND_S`. */
  offsetX: 16,
  offsetY: 17,
  offsetAt: 18,
} as const;
export const ROW_FLOATS = 20;

export const FLAGS = { emergency: 1, hidden: 2, kept: 4 } as const;
export const BLEND_S = 0.8;

/** Farther than this it is a jump and shown as one, in mercator (5 km at the equator). */
const MOST_OFFSET = 5_000 * perMetre(0);
const FIRST_ROWS = 1_024;
const GROUND_STILL_MPS = 2;
const MOORED = 5;
const RAD = Math.PI / 180;
const NEVER_S = 1e9;
const HEIGHT_M = 13_000;

/** One thing that has a place, in the map's terms. */
export interface EntityRow {
  readonly shape: EntityShape;
  readonly kind: CrepKind;
  readonly lon: number;
  readonly lat: number;
  /** EpochMs of the position. */
  readonly at: number;
  readonly speedMps?: number | undefined;
  readonly trackDeg?: number | undefined;
  /** Where it points, if not where it goes. */
  readonly headingDeg?: number | undefined;
  readonly altM?: number | undefined;
  readonly onGround?: boolean | undefined;
  readonly navStatus?: number | undefined;
  /** What its age is counted from, EpochMs, and the limits, ms (crep §6.6). */
  readonly ageFrom: number;
  readonly freshMs: number;
  readonly ageingMs: number;
  readonly mapMs: number;
  /** No longer carried on than this, s. */
  readonly mostS: number;
  readonly emergency: boolean;
}

/**
 * Everything that is drawn, as rows of one buffer that goes to the graphics card as it is: a row stays where it is until its entity is
 * removed, and only rows that changed are sent again. Positions are Web Mercator in two floats each, since one jitters when zoomed in.
 */
export class EntityRows {
  /** Times in rows are seconds since this. */
  readonly baseMs: number;
  data = new Float32Array(FIRST_ROWS * ROW_FLOATS);
  /** Rows in use, holes among them. */
  count = 0;
  /** Changed rows since `clean`: from, to (exclusive). */
  dirtyFrom = Number.POSITIVE_INFINITY;
  dirtyTo = 0;
  readonly #slots = new Map<string, number>();
  readonly #keys: (string | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(baseMs: number) {
    this.baseMs = baseMs;
  }

  get size(): number {
    return this.#slots.size;
  }

  keyOf(slot: number): string | undefined {
    return this.#keys[slot];
  }
  slotOf(key: string): number | undefined {
    return this.#slots.get(key);
  }

  /** The row of an entity, an empty one if it had none: not drawn until something is put into it. */
  slotFor(key: string): number {
    return this.#slots.get(key) ?? this.#take(key);
  }

  /** `nowMs`: where it is shown now is where it goes on from. */
  put(slot: number, row: EntityRow, nowMs: number): void {
    const at = slot * ROW_FLOATS;
    const { data, baseMs } = this;
    const now = (nowMs - baseMs) / 1_000;
    const steps = stepsOf(row.lat);
    const north = northAt(steps);
    const x = mercatorX(row.lon);
    const y = row.lat < 0 ? 1 - north : north;
    const fixAt = (row.at - baseMs) / 1_000;
    const ageFrom = (row.ageFrom - baseMs) / 1_000;
    const ageing = Math.min(NEVER_S, row.ageingMs / 1_000);
    let most = 0;
    let vx = 0;
    let vy = 0;
    if (isMoving(row)) {
      const scale = (row.speedMps ?? 0) * perMetreAt(steps);
      const track = row.trackDeg ?? 0;
      most = row.mostS;
      vx = scale * sineOf(track);
      vy = -scale * sineOf(track + 90);
    }
    let flags = row.emergency ? FLAGS.emergency : 0;
    let offsetX = 0;
    let offsetY = 0;
    if ((data[at + ROW.shape] ?? -1) >= 0) {
      flags |= (data[at + ROW.flags] ?? 0) & (FLAGS.hidden | FLAGS.kept);
      this.#look(at, now);
      const dt = now - ageFrom > ageing ? most : Math.max(0, Math.min(now - fixAt, most));
      const dx = this.#x - (x + dt * vx);
      const dy = this.#y - (y + dt * vy);
      if (Math.abs(dx) < MOST_OFFSET && Math.abs(dy) < MOST_OFFSET) {
        offsetX = dx;
        offsetY = dy;
      }
    }
    data[at + ROW.x] = x;
    data[at + ROW.y] = y;
    data[at + ROW.xLow] = x - Math.fround(x);
    data[at + ROW.yLow] = y - Math.fround(y);
    data[at + ROW.vx] = vx;
    data[at + ROW.vy] = vy;
    data[at + ROW.fixAt] = fixAt;
    data[at + ROW.most] = most;
    data[at + ROW.angle] = (row.headingDeg ?? row.trackDeg ?? 0) * RAD;
    data[at + ROW.shape] = SHAPE_NUMBERS[row.shape];
    data[at + ROW.ageFrom] = ageFrom;
    data[at + ROW.fresh] = Math.min(NEVER_S, row.freshMs / 1_000);
    data[at + ROW.ageing] = ageing;
    data[at + ROW.offMap] = Math.min(NEVER_S, row.mapMs / 1_000);
    data[at + ROW.flags] = flags;
    data[at + ROW.height] = row.altM === undefined ? -1 : Math.max(0, Math.min(1, row.altM / HEIGHT_M));
    data[at + ROW.offsetX] = offsetX;
    data[at + ROW.offsetY] = offsetY;
    data[at + ROW.offsetAt] = now;
    this.#touch(slot);
  }

  /** A point that was computed for `atMs`, and where it goes from there: `vx`, `vy` in mercator a second. Only for a row that is there. */
  move(slot: number, x: number, y: number, vx: number, vy: number, atMs: number): void {
    const at = slot * ROW_FLOATS;
    const { data } = this;
    data[at + ROW.x] = x;
    data[at + ROW.y] = y;
    data[at + ROW.xLow] = x - Math.fround(x);
    data[at + ROW.yLow] = y - Math.fround(y);
    data[at + ROW.vx] = vx;
    data[at + ROW.vy] = vy;
    data[at + ROW.fixAt] = (atMs - this.baseMs) / 1_000;
    this.#touch(slot);
  }

  setFlag(slot: number, flag: number, on: boolean): void {
    const at = slot * ROW_FLOATS + ROW.flags;
    const before = this.data[at] ?? 0;
    const after = on ? before | flag : before & ~flag;
    if (after === before) return;
    this.data[at] = after;
    this.#touch(slot);
  }

  remove(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#keys[slot] = undefined;
    this.#free.push(slot);
    this.data[slot * ROW_FLOATS + ROW.shape] = -1;
    this.#touch(slot);
  }

  clean(): void {
    this.dirtyFrom = Number.POSITIVE_INFINITY;
    this.dirtyTo = 0;
  }

  /** Where a row is shown, in mercator; undefined: it is not shown. */
  shown(slot: number, nowMs: number, prediction: boolean): readonly [x: number, y: number] | undefined {
    const at = slot * ROW_FLOATS;
    const { data } = this;
    const now = (nowMs - this.baseMs) / 1_000;
    if (!this.#isShown(at, now)) return undefined;
    this.#look(at, now);
    return prediction
      ? [this.#x, this.#y]
      : [(data[at] ?? 0) + (data[at + ROW.xLow] ?? 0), (data[at + 1] ?? 0) + (data[at + ROW.yLow] ?? 0)];
  }

  /** The row nearest to a place within `most` (mercator), in any copy of the world. */
  nearest(x: number, y: number, most: number, nowMs: number, prediction: boolean): string | undefined {
    const now = (nowMs - this.baseMs) / 1_000;
    const { data } = this;
    let found = -1;
    let best = most * most;
    for (let slot = 0; slot < this.count; slot += 1) {
      const at = slot * ROW_FLOATS;
      // Cheap first: nothing moves farther than this within a fix's life.
      const dy = (data[at + 1] ?? 0) - y;
      if (Math.abs(dy) > most + 0.01 || !this.#isShown(at, now)) continue;
      this.#look(at, now);
      const px = prediction ? this.#x : (data[at] ?? 0);
      const py = prediction ? this.#y : (data[at + 1] ?? 0);
      let dx = px - x;
      dx -= Math.round(dx);
      const distance = dx * dx + (py - y) * (py - y);
      if (distance >= best) continue;
      best = distance;
      found = slot;
    }
    return found < 0 ? undefined : this.#keys[found];
  }

  #isShown(at: number, now: number): boolean {
    const { data } = this;
    if ((data[at + ROW.shape] ?? -1) < 0) return false;
    const flags = data[at + ROW.flags] ?? 0;
    if ((flags & FLAGS.hidden) !== 0) return (flags & FLAGS.kept) !== 0;
    return (flags & FLAGS.kept) !== 0 || now - (data[at + ROW.ageFrom] ?? 0) <= (data[at + ROW.offMap] ?? 0);
  }

  #x = 0;
  #y = 0;
  /** Where a row is now, into `#x` and `#y`: carried on by its course, and by what is left of the offset. As the shader does it. */
  #look(at: number, now: number): void {
    const { data } = this;
    const most = data[at + ROW.most] ?? 0;
    const isStale = now - (data[at + ROW.ageFrom] ?? 0) > (data[at + ROW.ageing] ?? 0);
    const dt = isStale ? most : Math.max(0, Math.min(now - (data[at + ROW.fixAt] ?? 0), most));
    const left = Math.max(0, 1 - Math.max(0, now - (data[at + ROW.offsetAt] ?? 0)) / BLEND_S);
    this.#x = (data[at] ?? 0) + (data[at + 2] ?? 0) + dt * (data[at + 4] ?? 0) + left * (data[at + ROW.offsetX] ?? 0);
    this.#y =
      (data[at + 1] ?? 0) + (data[at + 3] ?? 0) + dt * (data[at + 5] ?? 0) + left * (data[at + ROW.offsetY] ?? 0);
  }

  #take(key: string): number {
    const slot = this.#free.pop() ?? this.count;
    if (slot === this.count) {
      this.count += 1;
      if (this.count * ROW_FLOATS > this.data.length) {
        const more = new Float32Array(this.data.length * 2);
        more.set(this.data);
        this.data = more;
        this.dirtyFrom = 0;
        this.dirtyTo = this.count;
      }
    }
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.data[slot * ROW_FLOATS + ROW.shape] = -1;
    return slot;
  }

  #touch(slot: number): void {
    if (slot < this.dirtyFrom) this.dirtyFrom = slot;
    if (slot >= this.dirtyTo) this.dirtyTo = slot + 1;
  }
}

/** Unknown speed or direction, moored, or slow on the ground: it stands still (crep §6.7). */
function isMoving({ speedMps, trackDeg, onGround, navStatus, mostS }: EntityRow): boolean {
  if (speedMps === undefined || trackDeg === undefined || !(speedMps > 0) || mostS <= 0) return false;
  return !(onGround === true && speedMps < GROUND_STILL_MPS) && navStatus !== MOORED;
}
