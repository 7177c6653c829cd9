import type { BoardStatus } from '../../src/contract/board-status.ts';
import { boardChannel, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import {
  type BoardStart,
  type BoardsHooks,
  type BoardsOptions,
  DROP_MS,
  type Entry,
  OWNER_GRACE_MS,
  type Presence,
  WIRE_PARTS,
} from './board-entry.ts';
import type { Owner } from './commands.ts';
import type { BoardRecord, Directory } from './directory.ts';
import type { Leases } from './leases.ts';
import { asClient, type Session } from './session.ts';
import type { Watchers } from './watchers.ts';

/**
 * The boards whose home is this server, told on the state channel `boards`; of the others only where they are.
 * ```text
 *  offer ──▶ online ──(owner's connection ends)──▶ away ──(ownerGraceMs)──▶ gone ──(boardKeptMs)──▶ forgotten
 *              ▲  │                                 │ lease, watchers and      │ commands fail,
 *              │  └──withdraw──▶ forgotten          │ commands stay            │ lease ends
 *              └─────(same client offers again, here or at another server)─────┘
 * ```
 */
export class Boards {
  readonly #options: BoardsOptions;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #watchers: Watchers;
  readonly #leases: Pick<Leases, 'of' | 'lastFence'>;
  readonly #hooks: BoardsHooks;
  readonly #entries = new Map<BoardId, Entry>();
  /** Forgotten boards whose channels are still there. */
  readonly #drops = new Map<BoardId, () => void>();

  constructor(
    options: BoardsOptions,
    parts: {
      readonly bus: Bus;
      readonly clock: Clock;
      readonly directory: Directory;
      readonly watchers: Watchers;
      readonly leases: Pick<Leases, 'of' | 'lastFence'>;
      readonly hooks: BoardsHooks;
    },
  ) {
    this.#options = options;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#directory = parts.directory;
    this.#watchers = parts.watchers;
    this.#leases = parts.leases;
    this.#hooks = parts.hooks;
  }

  /** Boards whose home is here. */
  get size(): number {
    return this.#entries.size;
  }

  /** Shared boards, wherever their home is. */
  get known(): number {
    return Math.max(this.#directory.size, this.#entries.size);
  }

  /** Whether it is shared, wherever its home is. */
  has(board: BoardId): boolean {
    return this.#entries.has(board) || this.#directory.get(board) !== undefined;
  }

  isHome(board: BoardId): boolean {
    return this.#entries.has(board);
  }

  /** undefined: no such board, or it changes its home right now. */
  homeOf(board: BoardId): NodeId | undefined {
    if (this.#entries.has(board)) return this.#bus.node;
    const home = this.#directory.get(board)?.home;
    return home === '' || home === this.#bus.node ? undefined : home;
  }

  /** The owner while it is connected here. */
  ownerOf(board: BoardId): Owner | undefined {
    const presence = this.#entries.get(board)?.presence;
    return presence?.is === 'online' ? presence : undefined;
  }

  presenceOf(board: BoardId): Presence['is'] | undefined {
    return this.#entries.get(board)?.presence.is;
  }

  /** Who owns it, connected or not. */
  clientOf(board: BoardId): RelayClient | undefined {
    return this.#entries.get(board)?.owner ?? this.#directory.get(board)?.owner;
  }

  sourcesOf(board: BoardId): Map<ChannelName, Cursor> | undefined {
    return this.#entries.get(board)?.sources;
  }

  termOf(board: BoardId): number | undefined {
    return this.#entries.get(board)?.term;
  }

  ids(): BoardId[] {
    return [...this.#entries.keys()];
  }

  ownedBy(session: Session): BoardId[] {
    return this.ids().filter((board) => this.ownerOf(board)?.session === session);
  }

  /** This server is its home from now on. Its owner is away until {@link cameBack}. */
  begin({ id, status, owner, since, life, term, sources }: BoardStart): void {
    const entry: Entry = {
      id,
      status,
      owner: asClient(owner),
      presence: { is: 'away' },
      since,
      life,
      term,
      sources,
      cancel: () => undefined,
    };
    this.#entries.set(id, entry);
    this.#waitForOwner(entry);
  }

  /** The owner is connected, with this status. */
  cameBack(board: BoardId, owner: Owner, status: BoardStatus): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    entry.cancel();
    if (entry.presence.is !== 'online') entry.since = this.#clock.now();
    entry.presence = { is: 'online', session: owner.session, life: owner.life };
    entry.life = owner.life;
    entry.owner = asClient(owner.session);
    entry.status = status;
    this.publish(board);
  }

  /** The owner's connection ended. */
  wentAway(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (entry?.presence.is !== 'online') return;
    entry.presence = { is: 'away' };
    entry.since = this.#clock.now();
    this.publish(board);
    this.#waitForOwner(entry);
  }

  #waitForOwner(entry: Entry): void {
    const graceMs = this.#options.ownerGraceMs ?? OWNER_GRACE_MS;
    // It may be from a server whose clock is ahead.
    entry.since = Math.min(entry.since, this.#clock.now());
    const awayMs = this.#clock.now() - entry.since;
    entry.cancel();
    entry.cancel = this.#clock.schedule(Math.max(0, graceMs - awayMs), () => {
      entry.presence = { is: 'gone' };
      const keptMs = Math.max(0, graceMs + this.#options.boardKeptMs - (this.#clock.now() - entry.since));
      entry.cancel = this.#clock.schedule(keptMs, () => this.forget(entry.id));
      this.#hooks.onOwnerGone(entry.id, entry.owner);
      this.publish(entry.id);
    });
  }

  forget(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    entry.cancel();
    this.#entries.delete(board);
    this.#hooks.onForget(board);
    this.#bus.del('boards', board);
    this.#directory.forget(board);
    this.#dropSoon(board);
  }

  /** Its channels go too, once whoever reads them has heard the last words on them; unless it was offered again by then. */
  #dropSoon(board: BoardId): void {
    this.#drops.get(board)?.();
    const cancel = this.#clock.schedule(DROP_MS, () => {
      this.#drops.delete(board);
      if (!this.has(board)) for (const part of WIRE_PARTS) this.#bus.drop(boardChannel(board, part));
    });
    this.#drops.set(board, cancel);
  }

  /** Another server is its home now: lets go without a word. */
  giveUp(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    entry.cancel();
    this.#entries.delete(board);
    this.#hooks.onMoved(board);
  }

  /** Another server took the board, thinking that this one was lost, while its owner is connected here. */
  insist(board: BoardId, term: number): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    entry.term = term;
    this.publish(board);
  }

  /** This server stops: another is to take the board over. */
  handOver(board: BoardId, done: () => void): void {
    const record = this.recordOf(board);
    if (record === undefined) {
      done();
      return;
    }
    const since = record.online ? this.#clock.now() : record.since;
    const left: BoardRecord = { ...record, online: false, since, home: '', left: this.#bus.node };
    this.giveUp(board);
    this.#bus.put('boards', board, left, { onDone: done });
  }

  /** A session opened (`by` 1) or closed (-1) a channel of a board. */
  watch(session: Session, board: BoardId, by: 1 | -1): void {
    if (!this.#watchers.watch(session, board, by)) return;
    if (this.#entries.has(board)) this.publish(board);
    else this.#watchers.tellSoon(board);
  }

  /** Somebody has another name now. */
  renamed(session: Session): void {
    const boards = new Set(this.#watchers.watchedBy(session));
    for (const board of this.ownedBy(session)) {
      const entry = this.#entries.get(board);
      if (entry) entry.owner = asClient(session);
      boards.add(board);
    }
    for (const board of boards) {
      if (this.#entries.has(board)) this.publish(board);
      else this.#watchers.tellSoon(board);
    }
  }

  recordOf(board: BoardId): BoardRecord | undefined {
    const entry = this.#entries.get(board);
    if (entry === undefined) return undefined;
    const { owner } = entry;
    return {
      id: board,
      status: { ...entry.status, path: { is: 'relay', client: owner.client, clientName: owner.name } },
      owner,
      online: entry.presence.is === 'online',
      since: entry.since,
      watchers: this.#watchers.of(board, owner),
      lease: this.#leases.of(board),
      home: this.#bus.node,
      term: entry.term,
      fence: this.#leases.lastFence,
      life: entry.life,
      at: this.#clock.now(),
    };
  }

  publish(board: BoardId): void {
    const record = this.recordOf(board);
    if (record !== undefined) this.#bus.put('boards', board, record);
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.cancel();
    this.#entries.clear();
    for (const cancel of this.#drops.values()) cancel();
    this.#drops.clear();
  }
}
