import type { EpochMs } from '../../contract/time.ts';
import {
  CREP_AGE,
  CREP_KINDS,
  CREP_MOST,
  CREP_PARTS,
  type CrepKind,
  type CrepRecord,
} from '../../contract/upstream/crep.ts';
import type { Out } from '../out.ts';
import { limitsOf } from './age.ts';
import { type MergeContext, makeRecord, type Tracked } from './entity.ts';
import { FLAG } from './flags.ts';
import { type Merged, merge, setBits } from './merge.ts';
import { Report } from './report.ts';

/** Sweeping for space takes so many more at once, so that it is not done for every record. */
const HEADROOM = 1.05;

/** Everything that is known to be on the map, by key; what changed waits until it is published. */
export class CrepStore {
  /** Filled anew for each item. */
  readonly report = new Report();
  readonly #kinds: Readonly<Record<CrepKind, Map<string, Tracked>>> = {
    aircraft: new Map(),
    vessel: new Map(),
    satellite: new Map(),
    event: new Map(),
    device: new Map(),
    observation: new Map(),
  };
  readonly #dirty: Readonly<Record<CrepKind, Tracked[]>> = {
    aircraft: [],
    vessel: [],
    satellite: [],
    event: [],
    device: [],
    observation: [],
  };
  readonly #gone: Readonly<Record<CrepKind, string[]>> = {
    aircraft: [],
    vessel: [],
    satellite: [],
    event: [],
    device: [],
    observation: [],
  };
  #keep: ReadonlySet<string> = new Set();
  readonly #toldIn: Record<CrepKind, number> = {
    aircraft: -1,
    vessel: -1,
    satellite: -1,
    event: -1,
    device: -1,
    observation: -1,
  };
  /** Counts messages: what is in one of them twice is a duplicate. */
  #message = 0;

  count(kind: CrepKind): number {
    return this.#kinds[kind].size;
  }

  get(key: string): CrepRecord | undefined {
    return this.tracked(key)?.record;
  }

  tracked(key: string): Tracked | undefined {
    const colon = key.indexOf(':');
    const kind = CREP_KINDS.find((some) => some === key.slice(0, colon));
    return kind === undefined ? undefined : this.#kinds[kind].get(key.slice(colon + 1));
  }

  *all(): Iterable<CrepRecord> {
    for (const kind of CREP_KINDS) for (const { record } of this.#kinds[kind].values()) yield record;
  }

  /** What the newest message told, in its order of first mention. */
  *told(): Iterable<CrepRecord> {
    for (const kind of CREP_KINDS)
      for (const tracked of this.#kinds[kind].values()) if (tracked.message === this.#message) yield tracked.record;
  }

  /** Whether the newest message told something of a kind. */
  wasTold(kind: CrepKind): boolean {
    return this.#toldIn[kind] === this.#message;
  }

  /** Selected or followed: neither age nor a lack of space removes them. */
  keep(keys: Iterable<string>): void {
    this.#keep = new Set(keys);
  }

  beginMessage(): void {
    this.#message += 1;
  }

  /** Takes what is in `report`. `again`: it was in this message before. */
  apply(context: MergeContext): Merged | 'new' | 'again' {
    const { report } = this;
    const { kind } = report;
    const bits = context.simulated ? report.flags | FLAG.simulated : report.flags;
    this.#toldIn[kind] = this.#message;
    const entities = this.#kinds[kind];
    const known = entities.get(report.id);
    if (known === undefined) {
      const tracked: Tracked = {
        id: report.id,
        record: makeRecord(report, bits, context),
        bits,
        heardAt: context.now,
        message: this.#message,
        dirty: false,
        published: false,
        held: undefined,
      };
      entities.set(report.id, tracked);
      this.#mark(kind, tracked);
      return 'new';
    }
    const again = known.message === this.#message;
    known.message = this.#message;
    const merged = merge(known, report, bits, context);
    if (merged === 'changed' || merged === 'held') this.#mark(kind, known);
    return again ? 'again' : merged;
  }

  /** At once, because a source said so. */
  remove(kind: CrepKind, id: string): boolean {
    const tracked = this.#kinds[kind].get(id);
    if (tracked === undefined) return false;
    this.#kinds[kind].delete(id);
    if (tracked.published) this.#gone[kind].push(tracked.record.key);
    return true;
  }

  /** Forgets what nobody has reported for long, and the oldest where there is too much. */
  sweep(now: EpochMs, out: Out): void {
    for (const kind of CREP_KINDS) {
      if (CREP_AGE[kind].forgetMs !== Number.POSITIVE_INFINITY) this.#forget(kind, now);
      if (kind === 'satellite') this.#markOld(now);
      const excess = this.#kinds[kind].size - CREP_MOST[kind];
      if (excess > 0) this.#makeRoom(kind, excess, out);
    }
  }

  /** There is so much that sweeping cannot wait for its turn. */
  isOverfull(): boolean {
    return CREP_KINDS.some((kind) => this.#kinds[kind].size > CREP_MOST[kind] * HEADROOM);
  }

  /** Whether something of a kind waits to be published. */
  hasChanges(kind: CrepKind): boolean {
    return this.#dirty[kind].length > 0 || this.#gone[kind].length > 0;
  }

  /** Publishes what changed since the last time; gives how many. */
  publish(kind: CrepKind, out: Out): number {
    const part = CREP_PARTS[kind];
    const gone = this.#gone[kind];
    if (gone.length > 0) {
      // What came back meanwhile is published below.
      out.remove(part, gone.splice(0));
    }
    const dirty = this.#dirty[kind];
    const entities = this.#kinds[kind];
    let published = 0;
    for (const tracked of dirty) {
      tracked.dirty = false;
      if (entities.get(tracked.id) !== tracked) continue;
      published += 1;
      tracked.published = true;
      out.put(part, tracked.record.key, tracked.record);
    }
    dirty.length = 0;
    return published;
  }

  #mark(kind: CrepKind, tracked: Tracked): void {
    if (tracked.dirty) return;
    tracked.dirty = true;
    this.#dirty[kind].push(tracked);
  }

  #isKept(tracked: Tracked): boolean {
    return (
      this.#keep.has(tracked.record.key) || ((tracked.bits & FLAG.emergency) !== 0 && tracked.record.kind !== 'event')
    );
  }

  #forget(kind: CrepKind, now: EpochMs): void {
    for (const tracked of this.#kinds[kind].values()) {
      if (now - tracked.heardAt > limitsOf(kind, tracked.record.everyMs).forgetMs && !this.#isKept(tracked))
        this.remove(kind, tracked.id);
    }
  }

  #markOld(now: EpochMs): void {
    for (const tracked of this.#kinds.satellite.values()) {
      const { record } = tracked;
      if (record.kind !== 'satellite' || record.elements === undefined || (tracked.bits & FLAG.elementsOld) !== 0)
        continue;
      if (now - record.elements.epochMs <= CREP_AGE.satellite.ageingMs) continue;
      setBits(tracked, tracked.bits | FLAG.elementsOld);
      this.#mark('satellite', tracked);
    }
  }

  #makeRoom(kind: CrepKind, excess: number, out: Out): void {
    // Emergencies go last, but they go: a flood of them must not fill the memory.
    const emergency = (tracked: Tracked): number => tracked.bits & FLAG.emergency;
    const oldest = [...this.#kinds[kind].values()]
      .filter((tracked) => !this.#keep.has(tracked.record.key))
      .sort((a, b) => emergency(a) - emergency(b) || a.record.at - b.record.at)
      .slice(0, excess);
    for (const { id } of oldest) {
      this.remove(kind, id);
      out.count('dropped', `too-many-${kind}`);
    }
  }
}
