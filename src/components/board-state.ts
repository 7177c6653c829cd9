import type { BoardStatus } from '../contract/board-status.ts';
import { type Freshness, freshnessOf } from '../contract/freshness.ts';
import type { EpochMs } from '../contract/time.ts';

/** What a board is, to a person, at this moment: its phase and the age of its data judged together. Connected is not live. */
export type BoardState =
  | { readonly is: 'live' | 'late'; readonly sinceMs: EpochMs }
  /** Connected, and silent since. `sinceMs` undefined: it never sent a reading. */
  | { readonly is: 'silent'; readonly sinceMs: EpochMs | undefined }
  | { readonly is: 'starting'; readonly sinceMs: EpochMs }
  | { readonly is: 'retrying'; readonly sinceMs: EpochMs; readonly nextAt: EpochMs }
  | { readonly is: 'released'; readonly sinceMs: EpochMs }
  | { readonly is: 'away'; readonly sinceMs: EpochMs };

export function boardState(board: BoardStatus, now: EpochMs): BoardState {
  const { phase, health } = board;
  switch (phase.is) {
    case 'opening':
    case 'listening':
    case 'probing':
      return { is: 'starting', sinceMs: phase.since };
    case 'retrying':
      return { is: 'retrying', sinceMs: phase.since, nextAt: phase.nextAt };
    case 'released':
      return { is: 'released', sinceMs: phase.since };
    case 'unplugged':
    case 'ownerless':
    case 'gone':
      return { is: 'away', sinceMs: phase.since };
    case 'open':
      break;
  }
  // A board that just opened is given its cadence before it is called silent.
  const from = health.lastDataAt ?? phase.since;
  const freshness = freshnessOf(now - from, health.cadenceMs, false);
  if (freshness === 'stale') return { is: 'silent', sinceMs: health.lastDataAt };
  if (health.lastDataAt === undefined) return { is: 'starting', sinceMs: phase.since };
  // Late: since its last reading. Live: since it was opened.
  return freshness === 'late' ? { is: 'late', sinceMs: health.lastDataAt } : { is: 'live', sinceMs: phase.since };
}

/** Nobody can be hearing this board now, so each of its values is gone, whatever its age. */
export const isSourceGone = (board: BoardStatus): boolean =>
  board.phase.is !== 'open' && board.phase.is !== 'listening' && board.phase.is !== 'probing';

/** Freshness of one value of a board. */
export const valueFreshness = (
  at: EpochMs | undefined,
  cadenceMs: number,
  board: BoardStatus,
  now: EpochMs,
): Freshness => freshnessOf(at === undefined ? undefined : Math.max(0, now - at), cadenceMs, isSourceGone(board));

/** What a person calls the board: their own name, else what it says of itself, else its id. */
export const boardName = (board: BoardStatus): string =>
  board.name ?? board.identity.deviceId ?? board.identity.role ?? `Board ${board.id.slice(0, 4)}`;

/** A shape, so that a state is never told by colour alone. */
export const STATE_SHAPES = {
  live: '●',
  late: '◐',
  silent: '○',
  starting: '◌',
  retrying: '▲',
  released: '⏸',
  away: '✕',
} as const satisfies Record<BoardState['is'], string>;
