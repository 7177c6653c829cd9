import type { Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Numbered } from './log-line.ts';

/** Rows of a samples channel, whichever wire brought them. */
export interface Rows {
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
  readonly items: readonly Numbered[];
}

/** What one connection tells its client; `closed` comes once and last. */
export interface LinkSink {
  message(message: FromRelay): void;
  rows(rows: Rows): void;
  closed(why: string): void;
}

/** One connection. */
export interface Link {
  /** Asks for a channel again from a cursor. false: this wire cannot, connect anew instead. */
  refill(channel: string, since: Cursor): boolean;
  close(why: string): void;
}

/** Nothing at all came for so long: the connection is dead, whatever TCP says. */
export const SILENT_MS = 8_000;
export const PING_MS = 2_000;

/** The numbers in a record as publishers of this suite write them. */
export function numbersOf(record: unknown): Numbered {
  const { p, n, c } = record as { readonly p: number; readonly n: number; readonly c: number };
  return [p, n, c];
}

/** The numbers in rows of samples: the columns `p`, `n` and `c`. */
export function numbersOfRows(
  series: readonly string[],
  columns: readonly ArrayLike<number | null>[],
  rows: number,
): readonly Numbered[] {
  const column = (name: string): ArrayLike<number | null> => columns[series.indexOf(name)] ?? [];
  const [p, n, c] = [column('p'), column('n'), column('c')];
  return Array.from({ length: rows }, (_, row) => [p[row] ?? -1, n[row] ?? -1, c[row] ?? -1] as const);
}
