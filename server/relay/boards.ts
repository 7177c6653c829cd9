import type { BoardStatus } from '../../src/contract/board-status.ts';
import {
  BOARD_PARTS,
  type BoardPart,
  boardChannel,
  type ChannelName,
  type Cursor,
} from '../../src/contract/channel.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Leases } from './leases.ts';
import { appError, asClient, type Refusal, type Session } from './session.ts';

export interface BoardsOptions {
  readonly boardKeptMs: number;
  readonly maxBoards: number;
  readonly maxBoardsPerClient: number;
}

/** One watcher may have several channels open. */
interface Watcher {
  readonly session: Session;
  channels: number;
}

interface Entry {
  readonly id: BoardId;
  status: BoardStatus;
  owner: Session;
  online: boolean;
  since: EpochMs;
  readonly watchers: Map<Session, Watcher>;
  /** How far each channel has come, by its owner's own cursors. */
  readonly sources: Map<ChannelName, Cursor>;
  cancelForget: (() => void) | undefined;
}

const MAX_NAMED_WATCHERS = 100;
const WIRE_PARTS = (Object.keys(BOARD_PARTS) as BoardPart[]).filter((part) => BOARD_PARTS[part] !== 'state');

/**
 * The shared boards, told on the state channel `boards`.
 * ```text
 *  offer ──▶ online ──(owner's connection ends)──▶ offline ──(boardKeptMs)──▶ forgotten
 *              ▲  └──────────withdraw──────────────────┼────────────────────▶ forgotten
 *              └──────────(same client offers again)───┘
 * ```
 */
export class Boards {
  readonly #options: BoardsOptions;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #entries = new Map<BoardId, Entry>();
  /** Set by whoever makes both: a lease is part of the board's record. */
  leases: Pick<Leases, 'of'> = { of: () => undefined };
  /** A board is forgotten: whoever keeps something about it lets go. */
  onForget: (board: BoardId) => void = () => undefined;

  constructor(options: BoardsOptions, bus: Bus, clock: Clock) {
    this.#options = options;
    this.#bus = bus;
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(board: BoardId): boolean {
    return this.#entries.has(board);
  }

  /** The owner's session while it is connected. */
  ownerOf(board: BoardId): Session | undefined {
    const entry = this.#entries.get(board);
    return entry?.online ? entry.owner : undefined;
  }

  /** Whether this session owns the board, or did until its connection broke. */
  belongsTo(board: BoardId, session: Session): boolean {
    const entry = this.#entries.get(board);
    return entry !== undefined && (entry.online ? entry.owner === session : entry.owner.client === session.client);
  }

  sourcesOf(board: BoardId): Map<ChannelName, Cursor> | undefined {
    return this.#entries.get(board)?.sources;
  }

  ownedBy(session: Session): BoardId[] {
    return [...this.#entries.values()].filter((entry) => entry.online && entry.owner === session).map(({ id }) => id);
  }

  offer(session: Session, board: BoardId, status: BoardStatus): Refusal {
    const entry = this.#entries.get(board);
    if (status.id !== board) return appError('bad-message', `offer of ${board} with the status of ${status.id}`);
    if (entry === undefined) {
      const refusal = this.#roomFor(session);
      if (refusal) return refusal;
      this.#entries.set(board, {
        id: board,
        status,
        owner: session,
        online: true,
        since: this.#clock.now(),
        watchers: new Map(),
        sources: new Map(),
        cancelForget: undefined,
      });
      for (const part of WIRE_PARTS) this.#bus.openLog(boardChannel(board, part));
    } else {
      if (entry.owner !== session && (entry.online || entry.owner.client !== session.client))
        return appError('not-allowed', `${entry.owner.name} shares a board of this id already`);
      entry.cancelForget?.();
      entry.cancelForget = undefined;
      if (!entry.online) entry.since = this.#clock.now();
      entry.online = true;
      entry.owner = session;
      entry.status = status;
    }
    this.publish(board);
    return undefined;
  }

  #roomFor(session: Session): Refusal {
    if (this.#entries.size >= this.#options.maxBoards)
      return appError('limit-reached', `maxBoards: ${this.#options.maxBoards} boards are shared here already`);
    if (this.ownedBy(session).length >= this.#options.maxBoardsPerClient)
      return appError(
        'limit-reached',
        `maxBoardsPerClient: you share ${this.#options.maxBoardsPerClient} boards already`,
      );
    return undefined;
  }

  /** The owner's connection ended: its boards stay a while, marked. */
  markOffline(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (!entry?.online) return;
    entry.online = false;
    entry.since = this.#clock.now();
    entry.cancelForget = this.#clock.schedule(this.#options.boardKeptMs, () => this.forget(board));
    this.publish(board);
  }

  forget(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    entry.cancelForget?.();
    this.#entries.delete(board);
    this.onForget(board);
    this.#bus.del('boards', board);
    for (const part of WIRE_PARTS) this.#bus.drop(boardChannel(board, part));
  }

  /** A session opened (`by` 1) or closed (-1) a channel of a board. */
  watch(session: Session, board: BoardId, by: 1 | -1): void {
    const entry = this.#entries.get(board);
    if (entry === undefined || entry.owner === session) return;
    const watcher = entry.watchers.get(session) ?? { session, channels: 0 };
    watcher.channels += by;
    const known = entry.watchers.has(session);
    if (watcher.channels > 0) entry.watchers.set(session, watcher);
    else entry.watchers.delete(session);
    if (known !== entry.watchers.has(session)) this.publish(board);
  }

  /** Somebody has another name now. */
  renamed(session: Session): void {
    for (const entry of this.#entries.values()) {
      if (entry.owner === session || entry.watchers.has(session)) this.publish(entry.id);
    }
  }

  publish(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    const owner = asClient(entry.owner);
    const record: SharedBoard = {
      id: board,
      status: { ...entry.status, path: { is: 'relay', client: owner.client, clientName: owner.name } },
      owner,
      online: entry.online,
      since: entry.since,
      watchers: [...entry.watchers.keys()].slice(0, MAX_NAMED_WATCHERS).map(asClient),
      lease: this.leases.of(board),
    };
    this.#bus.put('boards', board, record);
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.cancelForget?.();
    this.#entries.clear();
  }
}
