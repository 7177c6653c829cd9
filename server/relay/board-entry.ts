import type { BoardStatus } from '../../src/contract/board-status.ts';
import { BOARD_PARTS, type BoardPart, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Owner } from './commands.ts';

export interface BoardsOptions {
  readonly boardKeptMs: number;
  readonly maxBoards: number;
  readonly maxBoardsPerClient: number;
  /** The owner may be away for this long without the board losing its lease and its commands. Default 10 s. */
  readonly ownerGraceMs?: number | undefined;
}

export const OWNER_GRACE_MS = 10_000;
/** The channels of a forgotten board are there for so much longer. */
export const DROP_MS = 2_000;

export type Presence =
  | ({ readonly is: 'online' } & Owner)
  /** May come back to its lease and its commands. */
  | { readonly is: 'away' }
  | { readonly is: 'gone' };

export interface Entry {
  readonly id: BoardId;
  /** As the owner sees it; `path` is put in when it is told. */
  status: BoardStatus;
  owner: RelayClient;
  presence: Presence;
  /** When its owner came or went. */
  since: EpochMs;
  life: string | undefined;
  term: number;
  /** How far each channel has come, by its owner's own cursors. */
  readonly sources: Map<ChannelName, Cursor>;
  cancel: () => void;
}

/** What a board's next home begins with. */
export interface BoardStart {
  readonly id: BoardId;
  readonly status: BoardStatus;
  readonly owner: RelayClient;
  readonly since: EpochMs;
  readonly life: string | undefined;
  readonly term: number;
  readonly sources: Map<ChannelName, Cursor>;
}

export interface BoardsHooks {
  /** The owner stayed away too long. */
  readonly onOwnerGone: (board: BoardId, owner: RelayClient) => void;
  readonly onForget: (board: BoardId) => void;
  /** Another server is its home now. */
  readonly onMoved: (board: BoardId) => void;
}

export const WIRE_PARTS = (Object.keys(BOARD_PARTS) as BoardPart[]).filter((part) => BOARD_PARTS[part] !== 'state');
