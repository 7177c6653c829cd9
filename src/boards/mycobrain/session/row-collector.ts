import type { BoardItem } from '../../../contract/board-item.ts';
import type { SampleRows } from '../../board.ts';
import { readingsOf } from '../reading/readings.ts';

/** A board cannot report more; names come from the wire. */
const MOST_SERIES = 256;

/** Gathers the readings of one chunk as rows over one list of series. */
interface RowCollector {
  /** True when the item held readings. */
  add(item: BoardItem, timeMs: number): boolean;
  /** The rows since the last call; undefined when there are none. */
  take(): SampleRows | undefined;
}

export function createRowCollector(): RowCollector {
  let series: string[] = [];
  let index = new Map<string, number>();
  let times: number[] = [];
  let rows: number[][] = [];
  let row: number[] = [];

  const put = (name: string, value: number): void => {
    let column = index.get(name);
    if (column === undefined) {
      if (series.length >= MOST_SERIES) return;
      column = series.length;
      series.push(name);
      index.set(name, column);
    }
    while (row.length <= column) row.push(Number.NaN);
    row[column] = value;
  };

  return {
    add(item, timeMs) {
      row = [];
      readingsOf(item, put);
      if (row.length === 0) return false;
      times.push(timeMs);
      rows.push(row);
      return true;
    },
    take() {
      if (rows.length === 0) return undefined;
      for (const each of rows) while (each.length < series.length) each.push(Number.NaN);
      const taken: SampleRows = { series, times, rows };
      series = [];
      index = new Map();
      times = [];
      rows = [];
      return taken;
    },
  };
}
