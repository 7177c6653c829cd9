import type { BoardId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { NodeId } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { asClient, type Session } from './session.ts';

export const MAX_NAMED_WATCHERS = 100;
/** A home hears of the watchers at another server at most this often per board. */
const TELL_MS = 250;

/** Who has channels of a board open: the sessions of this server, and what other servers tell its home about theirs. */
export class Watchers {
  readonly #clock: Clock;
  /** How many channels of the board each session has open. */
  readonly #here = new Map<BoardId, Map<Session, number>>();
  readonly #elsewhere = new Map<BoardId, Map<NodeId, readonly RelayClient[]>>();
  /** Boards whose home was told a moment ago; true: something changed since. */
  readonly #told = new Map<BoardId, { again: boolean; readonly cancel: () => void }>();
  /** Those of this server changed: whoever is home is to know. */
  onChange: (board: BoardId, here: readonly RelayClient[]) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A session opened (`by` 1) or closed (-1) a channel. Returns whether the set of watchers changed. */
  watch(session: Session, board: BoardId, by: 1 | -1): boolean {
    const sessions = this.#here.get(board) ?? new Map<Session, number>();
    const before = sessions.get(session) ?? 0;
    const channels = before + by;
    if (channels > 0) sessions.set(session, channels);
    else sessions.delete(session);
    if (sessions.size > 0) this.#here.set(board, sessions);
    else this.#here.delete(board);
    return before > 0 !== channels > 0;
  }

  /** Boards that this session has channels of open. */
  watchedBy(session: Session): BoardId[] {
    return [...this.#here].flatMap(([board, sessions]) => (sessions.has(session) ? [board] : []));
  }

  watchedHere(board: BoardId): boolean {
    return this.#here.has(board);
  }

  /** Each once, without the owner; at most {@link MAX_NAMED_WATCHERS}. */
  of(board: BoardId, owner: RelayClient): RelayClient[] {
    const named = new Map<string, RelayClient>();
    const add = (client: RelayClient): void => {
      if (client.client !== owner.client && named.size < MAX_NAMED_WATCHERS) named.set(client.client, asClient(client));
    };
    for (const session of this.#here.get(board)?.keys() ?? []) add(session);
    for (const clients of this.#elsewhere.get(board)?.values() ?? []) clients.forEach(add);
    return [...named.values()];
  }

  /** Tells the home what is here, soon and not too often. */
  tellSoon(board: BoardId): void {
    const told = this.#told.get(board);
    if (told !== undefined) {
      told.again = true;
      return;
    }
    const sessions = [...(this.#here.get(board)?.keys() ?? [])];
    this.onChange(board, sessions.slice(0, MAX_NAMED_WATCHERS).map(asClient));
    const cancel = this.#clock.schedule(TELL_MS, () => {
      const { again } = this.#told.get(board) ?? { again: false };
      this.#told.delete(board);
      if (again) this.tellSoon(board);
    });
    this.#told.set(board, { again: false, cancel });
  }

  /** What another server has. */
  heard(board: BoardId, from: NodeId, clients: readonly RelayClient[]): void {
    const nodes = this.#elsewhere.get(board) ?? new Map<NodeId, readonly RelayClient[]>();
    if (clients.length > 0) nodes.set(from, clients.slice(0, MAX_NAMED_WATCHERS));
    else nodes.delete(from);
    if (nodes.size > 0) this.#elsewhere.set(board, nodes);
    else this.#elsewhere.delete(board);
  }

  /** A server is gone, and its sessions with it. Returns the boards they watched. */
  lost(node: NodeId): BoardId[] {
    const boards = [...this.#elsewhere].flatMap(([board, nodes]) => (nodes.has(node) ? [board] : []));
    for (const board of boards) this.heard(board, node, []);
    return boards;
  }

  /** This server is not the board's home (any more). */
  drop(board: BoardId): void {
    this.#elsewhere.delete(board);
  }

  close(): void {
    for (const { cancel } of this.#told.values()) cancel();
    this.#told.clear();
    this.#elsewhere.clear();
  }
}
