import { type BoardState, boardState } from '../../components/board-state.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { LineStatus, UpstreamStatus } from '../../contract/upstream/status.ts';

/** What anything in the table is, whatever it is: one vocabulary for connections, boards, tabs and servers. */
export type RowState =
  /** quiet: connected, and nothing came yet · late: a beat was missed · away: it was here and is not */
  | {
      readonly is: 'live' | 'late' | 'quiet' | 'connecting' | 'idle' | 'stopped' | 'away';
      readonly since: EpochMs | undefined;
    }
  /** lastAt: undefined if nothing ever came. */
  | { readonly is: 'stale'; readonly since: EpochMs | undefined; readonly lastAt: EpochMs | undefined }
  | {
      readonly is: 'retrying';
      readonly since: EpochMs;
      readonly nextAt: EpochMs;
      readonly attempt: number;
      readonly why: string;
    }
  | { readonly is: 'refused'; readonly since: EpochMs | undefined; readonly why: string }
  /** Some of its connections are live, and the worst of the others is in trouble. */
  | {
      readonly is: 'part';
      readonly since: EpochMs | undefined;
      readonly part: string;
      readonly trouble: RowState;
    }
  /** Nobody said where it is. */
  | { readonly is: 'none'; readonly since: undefined };

/** The worst first: what needs somebody, what will mend itself, what is well, what is off on purpose. */
const ORDER: readonly RowState['is'][] = [
  'refused',
  'retrying',
  'away',
  'stale',
  'part',
  'late',
  'connecting',
  'quiet',
  'live',
  'stopped',
  'idle',
  'none',
];

export const troubleRank = (state: RowState): number => ORDER.indexOf(state.is);

/** Data that somebody counts on is not coming. */
export const isTrouble = (state: RowState): boolean => troubleRank(state) <= ORDER.indexOf('part');
const STALE: RowState = { is: 'stale', since: undefined, lastAt: undefined };

export function lineRowState({ state, lastRecordAt }: LineStatus): RowState {
  if (state.is === 'connected-no-data') return { is: 'quiet', since: state.since };
  return state.is === 'stale' ? { ...state, lastAt: lastRecordAt } : state;
}

/** Trouble of one line is trouble of a part while others are live; without trouble one line that is live makes it live. */
export function upstreamRowState(upstream: UpstreamStatus, lines: readonly LineStatus[]): RowState {
  const states = lines.map(lineRowState);
  const since = (is: RowState['is']) =>
    states.reduce<EpochMs | undefined>(
      (first, one) => (one.is === is && (first === undefined || (one.since ?? first) < first) ? one.since : first),
      undefined,
    );
  if (upstream.stopped) return { is: 'stopped', since: since('stopped') };
  if (upstream.via === 'none') return { is: 'none', since: undefined };
  const worst = lines
    .map((line) => ({ part: line.id.slice(line.id.indexOf('/') + 1), trouble: lineRowState(line) }))
    .filter(({ trouble }) => isTrouble(trouble))
    .sort((a, b) => troubleRank(a.trouble) - troubleRank(b.trouble))[0];
  if (worst !== undefined)
    return states.some(({ is }) => is === 'live') ? { is: 'part', since: since('live'), ...worst } : worst.trouble;
  for (const is of ['live', 'late', 'quiet', 'connecting', 'stopped', 'idle'] as const)
    if (states.some((one) => one.is === is)) return { is, since: since(is) };
  return { is: 'idle', since: undefined };
}

const OF_BOARD = {
  live: 'live',
  late: 'late',
  starting: 'connecting',
  released: 'stopped',
  away: 'away',
} as const satisfies Record<Exclude<BoardState['is'], 'retrying' | 'silent'>, RowState['is']>;

export function boardRowState(board: BoardStatus, now: EpochMs): RowState {
  const { phase } = board;
  if (phase.is === 'retrying') return { ...phase, why: phase.reason };
  const state = boardState(board, now);
  if (state.is === 'silent') return { is: 'stale', since: undefined, lastAt: state.sinceMs };
  // Its phase said so above.
  return state.is === 'retrying' ? STALE : { is: OF_BOARD[state.is], since: state.sinceMs };
}

export function relayRowState(relay: RelayStatus): RowState {
  const { state } = relay;
  switch (state.is) {
    case 'off':
      return { is: 'stopped', since: undefined };
    case 'connecting':
    case 'live':
      return { is: state.is, since: state.since };
    case 'retrying':
      return { ...state, why: state.reason };
    case 'refused':
      return { is: 'refused', since: state.since, why: state.reason };
  }
}
