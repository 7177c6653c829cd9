import type { Place } from '../../contract/upstream/layout-worker.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

const VECTORS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** The node one comes to from `from` in a direction: near, and not far aside. undefined: there is none. */
export function stepTo(places: ReadonlyMap<string, Place>, from: Place, direction: Direction): string | undefined {
  const [dx, dy] = VECTORS[direction];
  let best: { readonly key: string; readonly cost: number } | undefined;
  for (const [key, [x, y]] of places) {
    const along = (x - from[0]) * dx + (y - from[1]) * dy;
    if (along <= 1) continue;
    const aside = Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx);
    if (aside > along * 2) continue;
    const cost = along + aside * 2;
    if (best === undefined || cost < best.cost) best = { key, cost };
  }
  return best?.key;
}

/** The node closest to a point. */
export function nearest(places: ReadonlyMap<string, Place>, [x, y]: Place): string | undefined {
  let best: { readonly key: string; readonly px: number } | undefined;
  for (const [key, place] of places) {
    const px = Math.hypot(place[0] - x, place[1] - y);
    if (best === undefined || px < best.px) best = { key, px };
  }
  return best?.key;
}
