import { readKept, writeKept } from './kept.ts';

/** How a series is drawn everywhere: a colour of the palette (1 to 8) and, from the fifth on, a dash pattern. */
export interface SeriesStyle {
  readonly colour: number;
  readonly dash: readonly number[];
}

const DASHES: readonly (readonly number[])[] = [
  [8, 4],
  [2, 4],
  [10, 3, 2, 3],
  [14, 5],
];

/** Style number `index`. The first four need no dash: their colours differ in lightness. Past eight, colours return with other dashes. */
export function seriesStyle(index: number): SeriesStyle {
  const dash = index < 4 ? [] : (DASHES[(index - 4 + Math.floor(index / 8)) % DASHES.length] ?? []);
  return { colour: (index % 8) + 1, dash };
}

const KEY = 'hyphae.series';
const MOST = 256;
let order: string[] | undefined;

function load(): string[] {
  try {
    const saved: unknown = JSON.parse(readKept(KEY) ?? '[]');
    return Array.isArray(saved) ? saved.filter((name) => typeof name === 'string').slice(0, MOST) : [];
  } catch {
    // Cut off or not ours: colours are given anew.
    return [];
  }
}

/** The style of one series of one board, given at first use and kept in this browser: same series, same colour, in every view. */
export function styleOf(board: string, series: string): SeriesStyle {
  order ??= load();
  const name = `${board}/${series}`;
  let index = order.indexOf(name);
  if (index < 0) {
    if (order.length >= MOST) order.shift();
    order.push(name);
    index = order.length - 1;
    writeKept(KEY, JSON.stringify(order));
  }
  return seriesStyle(index);
}
