import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Audit } from './audit.ts';
import type { BoardsOptions } from './board-entry.ts';
import type { Boards } from './boards.ts';
import type { RelayedCommands } from './commands.ts';
import type { BoardRecord, Directory } from './directory.ts';
import type { Leases } from './leases.ts';
import { type Before, NewHome, type Yielded } from './new-home.ts';
import { Orphans } from './orphans.ts';
import type { Post } from './post.ts';
import { readYielded } from './read-neighbours.ts';
import { appError, asCaller, asClient, type Refusal, type Session } from './session.ts';

type Offer = Extract<ToRelay, { t: 'offer' }>;

/** A home that stops waits this long for the bus to confirm what it handed over. */
const HAND_OVER_MS = 1_000;
/** After a home was cut off it looks so much later again what others did with its boards. */
const TAKE_UP_AGAIN_MS = 2_000;

/**
 * Which server is a board's home: the one to which its owner is connected, or was last.
 * ```text
 *  offer ──▶ (ask the present home to yield) ──▶ home here: record, lease and commands go on
 *  home lost, or left ──▶ the first of the servers that are left is home until the owner comes back anywhere (`orphans.ts`)
 * ```
 */
export class Homes {
  readonly #options: BoardsOptions;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #boards: Boards;
  readonly #commands: RelayedCommands;
  readonly #post: Post;
  readonly #audit: Audit;
  readonly #newHome: NewHome;
  readonly #orphans: Orphans;
  readonly #gone = new WeakSet<Session>();
  readonly #handing = new Set<Promise<void>>();
  readonly #cancelTakeUps = new Map<BoardId, () => void>();
  #draining = false;

  constructor(
    options: BoardsOptions,
    parts: {
      readonly bus: Bus;
      readonly clock: Clock;
      readonly directory: Directory;
      readonly boards: Boards;
      readonly leases: Leases;
      readonly commands: RelayedCommands;
      readonly post: Post;
      readonly audit: Audit;
    },
  ) {
    this.#options = options;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#directory = parts.directory;
    this.#boards = parts.boards;
    this.#commands = parts.commands;
    this.#post = parts.post;
    this.#audit = parts.audit;
    this.#newHome = new NewHome(parts);
    this.#newHome.onDone = () => this.#post.recheck();
    this.#orphans = new Orphans({ ...parts, newHome: this.#newHome });
  }

  start(): void {
    this.#orphans.start();
  }

  close(): void {
    this.#orphans.stop();
    for (const cancel of this.#cancelTakeUps.values()) cancel();
  }

  lost(node: NodeId): void {
    this.#orphans.lost(node);
  }

  /** Answers the offer, most often at once; later when the board comes from another server. */
  offer(session: Session, offer: Offer): void {
    const { board, rid } = offer;
    const refusal = this.#refuse(session, offer);
    if (refusal !== undefined) {
      this.#tell(session, board, refusal.code);
      session.send({ t: 'answer', rid, ok: false, error: refusal });
      return;
    }
    const change = this.#newHome.underWay(board);
    if (change !== undefined) void change.then(() => this.#gone.has(session) || this.offer(session, offer));
    else if (!this.#boards.isHome(board)) this.#newHome.run(board, () => this.#claim(session, offer));
    else if (this.#orphans.forgetAdopted(board)) this.#newHome.run(board, () => this.#takeAdopted(session, offer));
    else this.#take(session, offer);
  }

  /** Another server asks for a board of ours, whose owner came to it. undefined: it is not ours to give. */
  yield(board: BoardId, client: ClientId): Yielded | undefined {
    const record = this.#boards.recordOf(board);
    if (record === undefined || record.owner.client !== client) return undefined;
    const pending = this.#commands.pendingOf(board);
    const sources = [...(this.#boards.sourcesOf(board) ?? [])];
    this.#boards.giveUp(board);
    return { record, pending, sources };
  }

  left(session: Session): void {
    this.#gone.add(session);
    for (const board of this.#boards.ownedBy(session)) {
      if (this.#draining) this.#handOver(board);
      else this.#boards.wentAway(board);
    }
  }

  /** This server stops. Boards without their owner go now, the others when their owner's connection ends. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#orphans.stop();
    for (const board of this.#boards.ids()) if (this.#boards.presenceOf(board) !== 'online') this.#handOver(board);
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(HAND_OVER_MS, resolve);
    await Promise.race([promise, Promise.all(this.#handing)]);
    cancel();
  }

  recordChanged(board: BoardId, record: BoardRecord | undefined): void {
    const term = this.#boards.termOf(board);
    if (term === undefined) {
      if (record?.home === '') this.#orphans.adoptIfFirst(record);
      return;
    }
    if (record?.home === this.#bus.node) return;
    const isNewer =
      record !== undefined && (record.term > term || (record.term === term && record.home < this.#bus.node));
    // The bus began anew, or somebody who was cut off wrote an old record over ours.
    if (!isNewer) this.#boards.publish(board);
    else if (this.#boards.presenceOf(board) === 'online' && !record.online) this.#insist(board, record);
    else this.#boards.giveUp(board);
  }

  /** Another server took the board while this one was cut off with its owner: it is ours again, with what was asked and said there. */
  #insist(board: BoardId, record: BoardRecord): void {
    this.#boards.insist(board, record.term + 2);
    const takeUp = async (): Promise<void> => {
      await this.#newHome.takeUp(board, record);
      const owner = this.#boards.ownerOf(board);
      if (owner !== undefined) this.#commands.resume(board, owner);
    };
    this.#newHome.run(board, takeUp);
    // Our copy of the bus may be behind, and the other server hears of this a moment later.
    this.#cancelTakeUps.get(board)?.();
    const cancel = this.#clock.schedule(TAKE_UP_AGAIN_MS, () => {
      this.#cancelTakeUps.delete(board);
      if (this.#boards.isHome(board) && this.#newHome.underWay(board) === undefined) this.#newHome.run(board, takeUp);
    });
    this.#cancelTakeUps.set(board, cancel);
  }

  #refuse(session: Session, { board, status }: Offer): Refusal {
    if (status.id !== board) return appError('bad-message', `offer of ${board} with the status of ${status.id}`);
    if (!session.may('share', board))
      return appError('not-allowed', 'your role does not let you share boards here; ask for the role of an owner');
    const owner = this.#boards.clientOf(board);
    if (owner !== undefined)
      return owner.client === session.client
        ? undefined
        : appError('not-allowed', `${owner.name} shares a board of this id already`);
    const { maxBoards, maxBoardsPerClient } = this.#options;
    if (this.#boards.known >= maxBoards)
      return appError('limit-reached', `maxBoards: ${maxBoards} boards are shared here already`);
    if (this.#boards.ownedBy(session).length >= maxBoardsPerClient)
      return appError('limit-reached', `maxBoardsPerClient: you share ${maxBoardsPerClient} boards already`);
    return undefined;
  }

  /** The board is ours: its owner is connected here, or says how the board is now. */
  #take(session: Session, { board, rid, status, life }: Offer): void {
    const before = this.#boards.ownerOf(board);
    const owner = { session, life };
    this.#boards.cameBack(board, owner, status);
    const have = [...(this.#boards.sourcesOf(board) ?? [])].map(([channel, cursor]) => ({ channel, cursor }));
    session.send({ t: 'answer', rid, ok: true, lease: undefined, have });
    if (before?.session === session && before.life === life) return;
    this.#tell(session, board, 'ok');
    this.#commands.resume(board, owner);
  }

  async #takeAdopted(session: Session, offer: Offer): Promise<void> {
    for (const [channel, cursor] of await this.#newHome.sourcesOf(offer.board))
      this.#boards.sourcesOf(offer.board)?.set(channel, cursor);
    if (!this.#gone.has(session)) this.#take(session, offer);
  }

  async #claim(session: Session, offer: Offer): Promise<void> {
    const { board, status, life } = offer;
    const yielded = await this.#askToYield(board, session.client);
    const known = this.#directory.get(board);
    const record = (yielded?.record.term ?? 0) >= (known?.term ?? 0) ? yielded?.record : known;
    // Came and went before anything was there to keep.
    if (record === undefined && this.#gone.has(session)) return;
    const fresh: Before = {
      status,
      owner: asClient(session),
      online: true,
      since: 0,
      lease: undefined,
      fence: 0,
      life,
    };
    // Two more, so that it goes before whoever adopts the board at the same moment.
    await this.#newHome.begin(board, record ?? fresh, (record?.term ?? 0) + 2, yielded);
    if (this.#gone.has(session)) this.#boards.publish(board);
    else this.#take(session, offer);
  }

  #askToYield(board: BoardId, client: ClientId): Promise<Yielded | undefined> {
    const route = (): NodeId | null => {
      const home = this.#boards.homeOf(board);
      return home !== undefined && this.#bus.peers.alive().has(home) ? home : null;
    };
    if (route() === null) return Promise.resolve(undefined);
    // No answer: it is gone, or will find itself out of date when it reads our record.
    return new Promise((resolve) => {
      const done = (answer: unknown): void => resolve(readYielded(board, answer, this.#clock.now()));
      this.#post.ask({ body: { is: 'yield', board, client }, route, mayMove: true, done }, 1);
    });
  }

  #handOver(board: BoardId): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#handing.add(promise);
    this.#boards.handOver(board, () => {
      this.#handing.delete(promise);
      resolve();
    });
  }

  #tell(session: Session, board: BoardId, result: string): void {
    this.#audit.tell({ who: asCaller(session), what: 'board.offer', board, detail: {}, result });
  }
}
