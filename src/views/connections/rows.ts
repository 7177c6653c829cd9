import { boardRows } from './board-rows.ts';
import type { Facts } from './facts.ts';
import { lossTotal } from './losses.ts';
import type { RateBook } from './rate-book.ts';
import { GROUPS, type InspectorRow, type RowGroup } from './row.ts';
import { troubleRank } from './row-state.ts';
import { serverRows } from './server-rows.ts';
import type { SortBy } from './state.ts';
import { tabRows } from './tab-rows.ts';
import { upstreamRows } from './upstream-rows.ts';

/** Everything there is, in the order in which it came. */
export const allRows = (facts: Facts): readonly InspectorRow[] => [
  ...upstreamRows(facts),
  ...boardRows(facts),
  ...tabRows(facts),
  ...serverRows(facts),
];

export interface RowChoice {
  readonly find: string;
  readonly sort: SortBy;
  /** Connections under each upstream, also where nobody opened it. */
  readonly everyLine: boolean;
  /** The row that is open: it and its family are shown. */
  readonly open: string | undefined;
}

/** A group's head, or a row. */
export type ShownRow =
  | { readonly is: 'group'; readonly group: RowGroup; readonly count: number }
  | { readonly is: 'row'; readonly row: InspectorRow; readonly level: 1 | 2 };

/** What the table shows: groups in their fixed order, within them sorted; lines under their upstream. */
export function shownRows(rows: readonly InspectorRow[], choice: RowChoice, rates: RateBook): readonly ShownRow[] {
  const words = choice.find.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (row: InspectorRow): boolean => {
    const text = `${row.name} ${row.note} ${row.transport} ${row.state.is} ${row.id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const openParent = rows.find((row) => row.id === choice.open)?.parent ?? choice.open;
  const children = new Map<string, InspectorRow[]>();
  for (const row of rows) {
    if (row.parent === undefined) continue;
    const siblings = children.get(row.parent) ?? [];
    siblings.push(row);
    children.set(row.parent, siblings);
  }
  const compare = comparer(choice.sort, rates);
  return GROUPS.flatMap((group): readonly ShownRow[] => {
    const shown: ShownRow[] = [];
    const top = rows.filter((row) => row.group === group && row.parent === undefined).sort(compare);
    let count = 0;
    for (const row of top) {
      const below = (children.get(row.id) ?? []).toSorted(compare);
      const found = words.length === 0 ? below : below.filter(fits);
      const itself = fits(row);
      if (!itself && found.length === 0) continue;
      count += 1;
      shown.push({ is: 'row', row, level: 1 });
      const family = openParent === row.id;
      const lines = family ? below : words.length > 0 && !itself ? found : choice.everyLine ? below : [];
      shown.push(...lines.map((line) => ({ is: 'row', row: line, level: 2 }) as const));
    }
    return count === 0 ? [] : [{ is: 'group', group, count }, ...shown];
  });
}

type Compare = (a: InspectorRow, b: InspectorRow) => number;

/** Array sorting is stable: what is equal stays in the order in which it came, so nothing moves without a reason. */
function comparer(sort: SortBy, rates: RateBook): Compare {
  const descending =
    (of: (row: InspectorRow) => number): Compare =>
    (a, b) =>
      of(b) - of(a);
  switch (sort) {
    case 'trouble':
      return (a, b) => troubleRank(a.state) - troubleRank(b.state);
    case 'name':
      return (a, b) => a.name.localeCompare(b.name);
    case 'records':
      return descending((row) => Math.round(rates.recordsPerS(row.id) ?? -1));
    case 'bytes':
      return descending((row) => Math.round(rates.bytesPerS(row.id) ?? -1));
    case 'age':
      // The oldest first; what never came before it.
      return (a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0);
    case 'latency':
      return descending((row) => row.latency?.p99 ?? row.rttMs ?? -1);
    case 'losses':
      return descending((row) => lossTotal(row.losses));
    case 'subs':
      return descending((row) => row.subs ?? -1);
  }
}
