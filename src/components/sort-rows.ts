export interface TableSort {
  readonly column: string;
  readonly down: boolean;
}

/** What rows are compared by; undefined goes last, whichever way they are sorted. */
export type SortValue = string | number | undefined;

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A sorted copy; rows that compare equal keep their order. NaN counts as undefined. */
export function sortRows<R>(rows: readonly R[], value: (row: R) => SortValue, down: boolean): R[] {
  const keyed = rows.map((row) => {
    const key = value(row);
    return { row, key: typeof key === 'number' && Number.isNaN(key) ? undefined : key };
  });
  const sign = down ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined)
      return (a.key === undefined ? 1 : 0) - (b.key === undefined ? 1 : 0);
    if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
    return sign * words.compare(String(a.key), String(b.key));
  });
  return keyed.map(({ row }) => row);
}

/** The next sort when a column's head is pressed: smallest first, largest first, as it came. */
export function nextSort(sort: TableSort | undefined, column: string): TableSort | undefined {
  if (sort?.column !== column) return { column, down: false };
  return sort.down ? undefined : { column, down: true };
}
