import type { SeriesDescription } from '../../boards/board.ts';

export interface SeriesGroup {
  /** The sensor's place on the board; empty for what the board has only one of. */
  readonly slot: string;
  readonly series: readonly string[];
}

/** Series in groups by slot, sensors first, the board's own numbers (no slot) last; the order within a group is as they came. */
export function groupBySlot(
  series: readonly string[],
  describe: (series: string) => SeriesDescription,
): readonly SeriesGroup[] {
  const groups = new Map<string, string[]>();
  for (const name of series) {
    const slot = describe(name).slot;
    const group = groups.get(slot);
    if (group === undefined) groups.set(slot, [name]);
    else group.push(name);
  }
  return [...groups]
    .map(([slot, names]) => ({ slot, series: names }))
    .sort((a, b) => Number(a.slot === '') - Number(b.slot === '') || a.slot.localeCompare(b.slot));
}
