import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { BoardRequest } from './judge.ts';
import type { Caller } from './session.ts';

/** What servers write to each other about boards, without an answer. */
export type Letter =
  /** To a board's home: who watches it at the sender's. */
  | { readonly is: 'watchers'; readonly board: BoardId; readonly watchers: readonly RelayClient[] }
  /** To the home of boards whose lease this client holds: its connection to the sender ended. */
  | { readonly is: 'left'; readonly client: ClientId };

/** With an answer. */
export type Question =
  /** To a board's home. Answer: `Judged`. */
  | { readonly is: 'ask'; readonly caller: Caller; readonly request: BoardRequest }
  /** To a board's home: its owner is connected to the sender now. Answer: `Yielded` or null. */
  | { readonly is: 'yield'; readonly board: BoardId; readonly client: ClientId };
