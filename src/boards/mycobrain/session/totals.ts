import { type BoardHealth, EMPTY_HEALTH } from '../../../contract/board-status.ts';

/** The running totals of a board while they change; counters only ever grow. */
export type Totals = { -readonly [K in keyof BoardHealth]: BoardHealth[K] } & { errors: Record<string, number> };

export const startTotals = (health: BoardHealth | undefined): Totals => {
  const from = health ?? EMPTY_HEALTH;
  return { ...from, errors: { ...from.errors } };
};

/** A loss of one kind: a `BoardItemError`, `duplicate`, `read-error`. */
export function countError(totals: Totals, kind: string, by = 1): void {
  totals.errors[kind] = (totals.errors[kind] ?? 0) + by;
}

export const snapshot = (totals: Totals): BoardHealth => ({ ...totals, errors: { ...totals.errors } });
