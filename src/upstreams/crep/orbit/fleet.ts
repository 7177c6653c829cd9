import type { OrbitElements } from '../../../contract/upstream/crep.ts';
import { ORBIT_ROW } from '../../../contract/upstream/orbit-worker.ts';
import { geodeticAt, gmstAt } from './propagate.ts';
import { type Orbit, orbitOf } from './satrec.ts';

/** Objects in slots that stay theirs: a picture's rows need no search. */
export class OrbitFleet {
  readonly #slots = new Map<string, number>();
  readonly #orbits: (Orbit | undefined)[] = [];
  readonly #free: number[] = [];

  /** Slots in use or free: as many rows as a pass writes. */
  get rows(): number {
    return this.#orbits.length;
  }
  get size(): number {
    return this.#slots.size;
  }

  slotOf(key: string): number | undefined {
    return this.#slots.get(key);
  }

  /** Gives its slot; one whose elements SGP4 refuses has a slot and never a point. */
  put(key: string, elements: OrbitElements): number {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#orbits.length;
      this.#slots.set(key, slot);
    }
    this.#orbits[slot] = orbitOf(elements);
    return slot;
  }

  remove(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#orbits[slot] = undefined;
    this.#free.push(slot);
  }

  /** Where everything is at one moment; NaN where there is no point. Gives how many points there are. */
  pass(tMs: number, to: Float32Array | Float64Array): number {
    const gmst = gmstAt(tMs);
    const orbits = this.#orbits;
    let points = 0;
    for (let slot = 0; slot < orbits.length; slot++) {
      const orbit = orbits[slot];
      const at = slot * ORBIT_ROW;
      if (orbit === undefined) to[at] = to[at + 1] = to[at + 2] = Number.NaN;
      else if (geodeticAt(orbit, tMs, gmst, to, at)) points += 1;
    }
    return points;
  }

  /** One object at evenly spaced moments; gives how many of them have a point. */
  track(key: string, fromMs: number, toMs: number, count: number, to: Float64Array): number {
    const slot = this.#slots.get(key);
    const orbit = slot === undefined ? undefined : this.#orbits[slot];
    let points = 0;
    for (let step = 0; step < count; step++) {
      const tMs = count === 1 ? fromMs : fromMs + ((toMs - fromMs) * step) / (count - 1);
      if (orbit === undefined) to.fill(Number.NaN, step * ORBIT_ROW, (step + 1) * ORBIT_ROW);
      else if (geodeticAt(orbit, tMs, gmstAt(tMs), to, step * ORBIT_ROW)) points += 1;
    }
    return points;
  }
}
