/**
 * Rows of the least, the greatest and the last reading of a column between `start` and `end` (exclusive); NaN is no reading. Empty when
 * there is none. What a curve looks like stays when only these rows are kept.
 */
export function extremes(column: Float64Array, start: number, end: number): number[] {
  let least = -1;
  let greatest = -1;
  let last = -1;
  for (let row = start; row < end; row += 1) {
    const value = column[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (least < 0 || value < (column[least] ?? 0)) least = row;
    if (greatest < 0 || value > (column[greatest] ?? 0)) greatest = row;
    last = row;
  }
  return last < 0 ? [] : [least, greatest, last];
}

/** The rows to keep of `start` … `end` when each bucket of `bucketRows` rows is thinned to the extremes of its columns and its last row. */
export function rowsToKeep(columns: Iterable<Float64Array>, start: number, end: number, bucketRows: number): number[] {
  const all = [...columns];
  const keep = new Set<number>();
  for (let from = start; from < end; from += bucketRows) {
    const to = Math.min(end, from + bucketRows);
    for (const column of all) for (const row of extremes(column, from, to)) keep.add(row);
    keep.add(to - 1);
  }
  return [...keep].sort((a, b) => a - b);
}
