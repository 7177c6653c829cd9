import { type CommandUpdate, isFinal } from '../../src/contract/board-command.ts';
import { boardChannel, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import { payloadOf } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import type { Audit } from './audit.ts';
import { type Boards, type BoardsOptions, WIRE_PARTS } from './boards.ts';
import type { RelayedCommands } from './commands.ts';
import type { BoardRecord, Directory } from './directory.ts';
import type { Leases } from './leases.ts';
import type { PendingCommand } from './pending-store.ts';
import type { Post } from './post.ts';
import { appError, asCaller, asClient, type Refusal, type Session } from './session.ts';

type Offer = Extract<ToRelay, { t: 'offer' }>;

/** What a home says when another server, to which the owner is connected now, asks for the board. */
export interface Yielded {
  readonly record: BoardRecord;
  readonly pending: readonly PendingCommand[];
}

/** Boards whose home is lost are looked for this often, besides at once when a server is lost. */
const SWEEP_MS = 5_000;
/** A home that stops waits this long for the bus to confirm what it handed over. */
const HAND_OVER_MS = 1_000;

/**
 * Which server is a board's home: the one to which its owner is connected, or was last.
 * ```text
 *  offer ──▶ (ask the present home to yield) ──▶ home here: record, lease and commands go on
 *  home lost, or left ──▶ the first of the servers that are left is home until the owner comes back anywhere
 * ```
 */
export class Homes {
  readonly #options: BoardsOptions;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #boards: Boards;
  readonly #leases: Leases;
  readonly #commands: RelayedCommands;
  readonly #post: Post;
  readonly #audit: Audit;
  /** Boards that are becoming ours. */
  readonly #claims = new Map<BoardId, Promise<void>>();
  readonly #gone = new WeakSet<Session>();
  readonly #handing = new Set<Promise<void>>();
  /** Boards without a home at the last sweep: at the next one they are taken. */
  #suspects = new Set<BoardId>();
  #cancelSweep: () => void = () => undefined;
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
    this.#leases = parts.leases;
    this.#commands = parts.commands;
    this.#post = parts.post;
    this.#audit = parts.audit;
  }

  start(): void {
    this.#cancelSweep = this.#clock.schedule(SWEEP_MS, () => this.#sweep());
  }

  close(): void {
    this.#draining = true;
    this.#cancelSweep();
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
    const present = this.#claims.get(board);
    if (this.#boards.isHome(board)) this.#take(session, offer);
    else if (present !== undefined) void present.then(() => this.#gone.has(session) || this.offer(session, offer));
    else this.#claim(board, () => this.#claimFor(session, offer));
  }

  /** Another server asks for a board of ours, whose owner came to it. undefined: it is not ours to give. */
  yield(board: BoardId, client: ClientId): Yielded | undefined {
    const record = this.#boards.recordOf(board);
    if (record === undefined || record.owner.client !== client) return undefined;
    const pending = this.#commands.pendingOf(board);
    this.#boards.giveUp(board);
    return { record, pending };
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
    for (const board of this.#boards.ids()) if (this.#boards.presenceOf(board) !== 'online') this.#handOver(board);
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(HAND_OVER_MS, resolve);
    await Promise.race([promise, Promise.all(this.#handing)]);
    cancel();
  }

  recordChanged(board: BoardId, record: BoardRecord | undefined): void {
    const term = this.#boards.termOf(board);
    if (term === undefined) {
      if (record?.home === '') this.#adoptIfFirst(record);
      return;
    }
    // The bus began anew, or somebody who was cut off wrote an old record over ours.
    const isNewer =
      record !== undefined && (record.term > term || (record.term === term && record.home < this.#bus.node));
    if (record?.home === this.#bus.node) return;
    if (!isNewer) this.#boards.publish(board);
    else if (this.#boards.presenceOf(board) === 'online' && !record.online) this.#boards.insist(board, record.term + 2);
    else this.#boards.giveUp(board);
  }

  lost(node: NodeId): void {
    for (const record of [...this.#directory.all()]) if (record.home === node) this.#adoptIfFirst(record);
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

  #claim(board: BoardId, how: () => Promise<void>): void {
    const claim = how().finally(() => this.#claims.delete(board));
    this.#claims.set(board, claim);
  }

  async #claimFor(session: Session, offer: Offer): Promise<void> {
    const { board, status, life } = offer;
    const yielded = await this.#askToYield(board, session.client);
    const known = this.#directory.get(board);
    const before = (yielded?.record.term ?? 0) >= (known?.term ?? 0) ? yielded?.record : known;
    const sources = await this.#sourcesOf(board);
    // Came and went before anything was there to keep.
    if (before === undefined && this.#gone.has(session)) return;
    const record = before ?? {
      status,
      owner: asClient(session),
      online: true,
      since: 0,
      lease: undefined,
      term: 0,
      fence: 0,
      life,
    };
    // Two more, so that it goes before whoever adopts the board at the same moment.
    await this.#begin(board, record, record.term + 2, sources, yielded?.pending);
    if (this.#gone.has(session)) this.#boards.publish(board);
    else this.#take(session, offer);
  }

  #askToYield(board: BoardId, client: ClientId): Promise<Yielded | undefined> {
    const isThere = (): NodeId | undefined => {
      const home = this.#boards.homeOf(board);
      return home !== undefined && this.#bus.peers.alive().has(home) ? home : undefined;
    };
    if (isThere() === undefined) return Promise.resolve(undefined);
    // No answer: it is gone, or will find itself out of date when it reads our record.
    return new Promise((resolve) => {
      const done = (answer: unknown): void => resolve((answer as Yielded | null | undefined) ?? undefined);
      this.#post.ask({ body: { is: 'yield', board, client }, route: isThere, mayMove: true, done });
    });
  }

  async #sourcesOf(board: BoardId): Promise<Map<ChannelName, Cursor>> {
    const channels = WIRE_PARTS.map((part) => boardChannel(board, part));
    const cursors = await Promise.all(channels.map((channel) => this.#bus.sourceOf(channel)));
    return new Map(channels.flatMap((channel, index) => (cursors[index] ? [[channel, cursors[index]]] : [])));
  }

  async #begin(
    board: BoardId,
    record: Pick<BoardRecord, 'status' | 'owner' | 'online' | 'since' | 'lease' | 'fence' | 'life'>,
    term: number,
    sources: Map<ChannelName, Cursor>,
    pending: readonly PendingCommand[] = [],
  ): Promise<void> {
    const since = record.online ? this.#clock.now() : record.since;
    const { status, owner, life } = record;
    this.#leases.restore(board, record.lease, record.fence);
    this.#commands.restore(board, pending);
    this.#boards.begin({ id: board, status, owner, since, life, term, sources });
    if (this.#commands.pendingOf(board).length > 0) await this.#readLastWords(board);
  }

  /** Its last home may have died between publishing a last word and noting that it did. */
  async #readLastWords(board: BoardId): Promise<void> {
    const opened = await this.#bus.openLog(boardChannel(board, 'commands'));
    const { channel } = opened;
    for (let seq = channel.firstSeq; seq < channel.nextSeq; seq++) {
      const entry = channel.entry(seq);
      if (entry?.is !== 'events') continue;
      const { records }: { records: CommandUpdate[] } = JSON.parse(payloadOf(entry).toString());
      for (const update of records) if (isFinal(update.state)) this.#commands.updated(update);
    }
    opened.close();
  }

  #handOver(board: BoardId): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#handing.add(promise);
    this.#boards.handOver(board, () => {
      this.#handing.delete(promise);
      resolve();
    });
  }

  /** Exactly one of the servers that are left takes a board that lost its home. */
  #adoptIfFirst(record: BoardRecord): void {
    const { id: board } = record;
    const others = [...this.#bus.peers.alive()].filter((node) => node !== record.left && node !== record.home);
    const isFirst = others.every((node) => this.#bus.node <= node);
    if (!isFirst || this.#draining || this.#boards.isHome(board) || this.#claims.has(board)) return;
    this.#claim(board, () => this.#adopt(record));
  }

  async #adopt(record: BoardRecord): Promise<void> {
    const { id: board } = record;
    const ifOffset = this.#directory.offsetOf(board);
    if (ifOffset === undefined) return;
    const sources = await this.#sourcesOf(board);
    const since = record.online ? this.#clock.now() : record.since;
    const term = record.term + 1;
    const ours: BoardRecord = { ...record, online: false, since, home: this.#bus.node, left: undefined, term };
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#bus.put('boards', board, ours, { ifOffset, onDone: ({ ok }) => resolve(ok) });
    if (await promise) await this.#begin(board, ours, term, sources);
  }

  /** What `lost` did not catch: a server that took a board over died itself, or all of them were away. */
  #sweep(): void {
    this.#cancelSweep = this.#clock.schedule(SWEEP_MS, () => this.#sweep());
    const alive = this.#bus.peers.alive();
    const before = this.#suspects;
    this.#suspects = new Set();
    for (const record of [...this.#directory.all()]) {
      const isMine = record.home === this.#bus.node;
      if (isMine ? this.#boards.isHome(record.id) : alive.has(record.home)) continue;
      if (!before.has(record.id)) this.#suspects.add(record.id);
      else if (isMine) this.#claim(record.id, () => this.#adopt(record));
      else this.#adoptIfFirst(record);
    }
  }

  #tell(session: Session, board: BoardId, result: string): void {
    this.#audit.tell({ who: asCaller(session), what: 'board.offer', board, detail: {}, result });
  }
}
