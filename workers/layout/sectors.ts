import type { LayoutSector } from '../../src/contract/upstream/layout-worker.ts';

const TURN = 2 * Math.PI;
/** Twelve o'clock. */
const TOP = -Math.PI / 2;

const wrap = (angle: number): number => ((angle % TURN) + TURN) % TURN;

/** The circle shared out anew: wider for more members, clockwise from the top in the order of names. */
export function shareOut(counts: ReadonlyMap<string, number>): LayoutSector[] {
  const names = [...counts.keys()].sort();
  // By the root: a group of a hundred is not a hundred times as wide as a lonely one, it is deeper.
  const weights = names.map((name) => Math.sqrt(Math.max(1, counts.get(name) ?? 1)) + 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let from = 0;
  return names.map((name, index) => {
    const width = (TURN * (weights[index] ?? 1)) / total;
    const sector = { name, angle: wrap(TOP + from + width / 2), width };
    from += width;
    return sector;
  });
}

/** One more sector, in the widest room between the others; nobody else's is changed. */
export function squeezeIn(sectors: readonly LayoutSector[], name: string): LayoutSector {
  if (sectors.length === 0) return { name, angle: wrap(TOP), width: TURN };
  const angles = sectors.map(({ angle }) => wrap(angle)).sort((a, b) => a - b);
  let best = { from: 0, room: -1 };
  angles.forEach((angle, index) => {
    const next = angles[index + 1] ?? (angles[0] ?? 0) + TURN;
    if (next - angle > best.room + 1e-9) best = { from: angle, room: next - angle };
  });
  return { name, angle: wrap(best.from + best.room / 2), width: best.room / 2 };
}
