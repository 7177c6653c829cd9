import type { LonLat } from '../../contract/upstream/crep.ts';

const MOST_TRAILS = 50;
const MOST_POINTS = 1_000;

/** Where things were while somebody looked at them: a point per report, the oldest trails and points go first. */
export class TrailBook {
  readonly #trails = new Map<string, { readonly points: LonLat[]; at: number }>();

  add(key: string, place: LonLat, at: number): void {
    let trail = this.#trails.get(key);
    if (trail === undefined) {
      trail = { points: [], at: Number.NEGATIVE_INFINITY };
      this.#trails.set(key, trail);
      const oldest = this.#trails.keys().next().value;
      if (this.#trails.size > MOST_TRAILS && oldest !== undefined) this.#trails.delete(oldest);
    }
    if (at <= trail.at) return;
    trail.at = at;
    trail.points.push(place);
    if (trail.points.length > MOST_POINTS) trail.points.shift();
  }

  of(key: string): readonly LonLat[] {
    return this.#trails.get(key)?.points ?? [];
  }
}
