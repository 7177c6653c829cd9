import type { Place } from '../../src/contract/upstream/layout-worker.ts';

/** Who stands near a place, without looking at everybody. */
export class NearGrid {
  readonly #cellPx: number;
  readonly #cells = new Map<string, Place[]>();

  constructor(cellPx: number) {
    this.#cellPx = cellPx;
  }

  add(place: Place): void {
    const cell = this.#cellOf(place[0], place[1]);
    const places = this.#cells.get(cell);
    if (places) places.push(place);
    else this.#cells.set(cell, [place]);
  }

  /** Nobody is closer than `px` (at most a cell). */
  isFree([x, y]: Place, px: number): boolean {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const [otherX, otherY] of this.#cells.get(this.#cellOf(x + dx * this.#cellPx, y + dy * this.#cellPx)) ??
          []) {
          if (Math.hypot(otherX - x, otherY - y) < px) return false;
        }
      }
    }
    return true;
  }

  #cellOf(x: number, y: number): string {
    return `${Math.floor(x / this.#cellPx)},${Math.floor(y / this.#cellPx)}`;
  }
}
