import { randomBytes } from 'node:crypto';
import type { AuditRecord } from '../../src/contract/audit-record.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { Audit } from './audit.ts';
import { Boards, type BoardsOptions } from './boards.ts';
import { type CommandOptions, RelayedCommands } from './commands.ts';
import { Directory } from './directory.ts';
import { Homes } from './homes.ts';
import { Ingest } from './ingest.ts';
import { type BoardRequest, boardOf, isStop, Judge, type Judged, notOwner, verbOf } from './judge.ts';
import { type LeaseOptions, Leases } from './leases.ts';
import { PendingStore } from './pending-store.ts';
import { Post } from './post.ts';
import { appError, asCaller, type Caller, type Refusal, type Session } from './session.ts';
import { Watchers } from './watchers.ts';

/** The messages that concern boards; the rest is between the client and its connection. */
export type BoardMessage = BoardRequest | Extract<ToRelay, { t: 'offer' | 'records' | 'gap' | 'command-update' }>;

export interface RelayOptions extends BoardsOptions, LeaseOptions, CommandOptions {
  /** Another server's answer is waited for this long, twice. Default 2 s. */
  readonly peerAnswerMs?: number | undefined;
}

const PEER_ANSWER_MS = 2_000;

/** What servers write to each other. */
type Letter =
  | { readonly is: 'watchers'; readonly board: BoardId; readonly watchers: readonly RelayClient[] }
  | { readonly is: 'left'; readonly client: ClientId };
type Question =
  | { readonly is: 'ask'; readonly caller: Caller; readonly request: BoardRequest }
  | { readonly is: 'yield'; readonly board: BoardId; readonly client: ClientId };

/** Boards, who watches and commands them, and what goes to and fro. Knows sessions, not sockets. */
export class Relay {
  readonly boards: Boards;
  readonly audit: Audit;
  readonly #bus: Bus;
  readonly #directory: Directory;
  readonly #watchers: Watchers;
  readonly #leases: Leases;
  readonly #store: PendingStore;
  readonly #commands: RelayedCommands;
  readonly #ingest: Ingest;
  readonly #judge: Judge;
  readonly #post: Post;
  readonly #homes: Homes;
  /** The home that was told last who watches here, per board. */
  readonly #homesTold = new Map<BoardId, NodeId>();
  readonly #stopLost: () => void;

  /** `log`: hears each line of the audit too. */
  constructor(options: RelayOptions, bus: Bus, clock: Clock, log: (record: AuditRecord) => void = () => undefined) {
    this.#bus = bus;
    this.audit = new Audit(bus, clock, log);
    this.#directory = new Directory(bus);
    this.#watchers = new Watchers(clock);
    this.#leases = new Leases(options, clock, (board) => this.boards.publish(board));
    this.#store = new PendingStore(bus);
    this.#commands = new RelayedCommands(options, clock, this.#store, {
      publish: (update) => bus.publish(boardChannel(update.board, 'commands'), { t: 'events', records: [update] }),
      ended: ({ request, from }, state) => {
        const { board, id, name, traceparent } = request;
        const result = 'error' in state ? state.error.code : 'ok';
        const detail = { id, name, state: state.is };
        this.audit.tell({ who: from, what: 'command.end', board, detail, result, trace: traceparent });
      },
    });
    this.boards = new Boards(options, {
      bus,
      clock,
      directory: this.#directory,
      watchers: this.#watchers,
      leases: this.#leases,
      hooks: {
        onOwnerGone: (board, owner) =>
          this.#judge.endBoard(board, appError('owner-offline', `${owner.name} lost its connection`)),
        onForget: (board) => {
          this.#commands.forget(board);
          this.#letGo(board);
        },
        onMoved: (board) => {
          this.#commands.drop(board);
          this.#letGo(board);
        },
      },
    });
    this.#ingest = new Ingest(this.boards, bus, clock);
    this.#judge = new Judge(this.boards, this.#leases, this.#commands, this.audit);
    this.#post = new Post(bus.node, bus.peers, clock, options.peerAnswerMs ?? PEER_ANSWER_MS);
    this.#homes = new Homes(options, {
      bus,
      clock,
      directory: this.#directory,
      boards: this.boards,
      leases: this.#leases,
      commands: this.#commands,
      post: this.#post,
      audit: this.audit,
    });
    this.#leases.onExpired = (board, lease) => {
      const who = { client: lease.client, name: lease.name, principal: 'relay' };
      this.audit.tell({ who, what: 'lease.end', board, detail: { why: 'it ran out' }, result: 'ok' });
    };
    this.#directory.onChange = (board, record) => {
      this.#homes.recordChanged(board, record);
      if (record !== undefined && !this.boards.isHome(board) && this.#moved(board, record.home))
        this.#watchers.tellSoon(board);
      if (record === undefined) this.#homesTold.delete(board);
      this.#post.recheck();
    };
    this.#watchers.onChange = (board, watchers) =>
      this.#write(this.boards.homeOf(board), { is: 'watchers', board, watchers });
    this.#post.onLetter = (from, body) => this.#onLetter(from, body as Letter);
    this.#post.onQuestion = (from, body, reply) => this.#onQuestion(from, body as Question, reply);
    this.#stopLost = bus.peers.onLost((node) => this.#lost(node));
  }

  /** Opens what the servers share. Before it only boards that are offered here are known. */
  async start(): Promise<void> {
    await Promise.all([this.#store.start(), this.audit.start()]);
    await this.#directory.start();
    this.#homes.start();
  }

  /** Boards whose home is here, leases and commands of them. */
  stats(): { readonly boards: number; readonly leases: number; readonly commands: number } {
    return { boards: this.boards.size, leases: this.#leases.size, commands: this.#commands.size };
  }

  /** Returns why it was refused, when that was not told in an `answer`. */
  handle(session: Session, message: BoardMessage): Refusal {
    switch (message.t) {
      case 'offer':
        this.#homes.offer(session, message);
        return undefined;
      case 'withdraw':
        return this.#withdraw(session, message);
      case 'records':
        return this.#ingest.records(session, message);
      case 'gap':
        return this.#ingest.gap(session, message.channel, message.gap);
      case 'command-update': {
        const { update, cursor } = message;
        const isOver = this.#commands.isOver(update.board, update.id);
        const refusal = this.#ingest.commandUpdate(session, cursor, update, isOver);
        if (!refusal) this.#commands.updated(update);
        return refusal;
      }
      case 'lease':
      case 'command':
      case 'cancel-command':
      case 'write':
        this.#ask(session, message);
        return undefined;
    }
  }

  samples(session: Session, buffer: ArrayBuffer): Refusal {
    return this.#ingest.samples(session, buffer);
  }

  /** A session's connection ended. Its subscriptions are closed already. */
  left(session: Session): void {
    const { client } = session;
    this.#homes.left(session);
    this.#leases.shorten(client, this.#bus.node);
    const homes = new Set<NodeId>();
    for (const { lease, home } of this.#directory.all()) if (lease?.client === client) homes.add(home);
    for (const home of homes) this.#write(home, { is: 'left', client });
  }

  /**
   * This server stops: its boards, with their leases and commands, go to another one. Resolves when the bus has what was handed over so
   * far, or after a second. Boards whose owner is still connected follow when that connection ends: call it again after that.
   */
  drain(): Promise<void> {
    return this.#homes.drain();
  }

  close(): void {
    this.#stopLost();
    this.#homes.close();
    this.#post.close();
    this.#watchers.close();
    this.#leases.close();
    this.#commands.close();
    this.boards.close();
    this.#directory.close();
    this.#store.close();
    this.audit.close();
  }

  #withdraw(session: Session, message: Extract<BoardMessage, { t: 'withdraw' }>): Refusal {
    const { board } = message;
    if (this.boards.clientOf(board)?.client !== session.client) return notOwner(board);
    let refusal: Refusal;
    this.#decide(asCaller(session), message, (judged) => {
      refusal = judged.ok ? undefined : judged.error;
    });
    return refusal;
  }

  #ask(session: Session, message: Exclude<BoardRequest, { t: 'withdraw' }>): void {
    const { rid } = message;
    const board = boardOf(message);
    const answer = (judged: Judged): void =>
      session.send(
        judged.ok
          ? { t: 'answer', rid, ok: true, lease: judged.lease, have: undefined }
          : { t: 'answer', rid, ok: false, error: judged.error, retryAfterMs: judged.retryAfterMs },
      );
    const caller = asCaller(session);
    if (!this.boards.has(board)) answer({ ok: false, error: noSuchBoard(board) });
    else if (mayAsk(session, message)) this.#decide(caller, traced(message), answer);
    else {
      const error = appError('not-allowed', 'your role does not let you command it; ask for that of an operator');
      this.audit.tell({ who: caller, what: verbOf(message), board, detail: {}, result: error.code });
      answer({ ok: false, error });
    }
  }

  /** Decides here, or asks the board's home. */
  #decide(caller: Caller, request: BoardRequest, answer: (judged: Judged) => void): void {
    const board = boardOf(request);
    if (this.boards.isHome(board)) this.#judge.judge(caller, request, this.#bus.node, answer);
    else
      this.#post.ask({
        body: { is: 'ask', caller, request } satisfies Question,
        route: () => (this.boards.has(board) ? this.boards.homeOf(board) : null),
        mayMove: request.t !== 'write',
        done: (judged) =>
          answer(
            (judged as Judged | undefined) ??
              (this.boards.has(board) ? unanswered(request, this.#store) : { ok: false, error: noSuchBoard(board) }),
          ),
      });
  }

  #onLetter(from: NodeId, letter: Letter): void {
    if (letter.is === 'left') this.#leases.shorten(letter.client, from);
    else if (letter.is === 'watchers' && this.boards.isHome(letter.board)) {
      this.#watchers.heard(letter.board, from, letter.watchers);
      this.boards.publish(letter.board);
    }
  }

  #onQuestion(from: NodeId, question: Question, reply: (answer: unknown) => void): boolean {
    if (question.is === 'yield') {
      reply(this.#homes.yield(question.board, question.client) ?? null);
      return true;
    }
    if (question.is !== 'ask' || !this.boards.isHome(boardOf(question.request))) return false;
    this.#judge.judge(question.caller, question.request, from, reply);
    return true;
  }

  #lost(node: NodeId): void {
    this.#leases.shortenAllOf(node);
    for (const board of this.#watchers.lost(node)) this.boards.publish(board);
    this.#homes.lost(node);
  }

  #write(to: NodeId | undefined, letter: Letter): void {
    if (to !== undefined && to !== '' && to !== this.#bus.node) this.#post.tell(to, letter);
  }

  /** Whether a home does not know yet who watches here. */
  #moved(board: BoardId, home: NodeId): boolean {
    if (this.#homesTold.get(board) === home || home === '') return false;
    this.#homesTold.set(board, home);
    return this.#watchers.watchedHere(board);
  }

  #letGo(board: BoardId): void {
    this.#leases.drop(board);
    this.#watchers.drop(board);
    this.#ingest.drop(board);
  }
}

const noSuchBoard = (board: BoardId) => appError('no-such-board', `no board ${board} is shared here`);

/** A command can be followed from whoever asks to the board's answer: it has a trace, at the latest from here on. */
function traced(request: BoardRequest): BoardRequest {
  if (request.t !== 'command' || request.request.traceparent !== undefined) return request;
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return { ...request, request: { ...request.request, traceparent } };
}

/** Whoever sees a board may stop it; giving a lease back, or ending it on one's own board, needs no right to command. */
function mayAsk(session: Session, request: BoardRequest): boolean {
  if (request.t === 'lease' && (request.action === 'release' || request.action === 'take-back')) return true;
  return session.may(isStop(request) ? 'watch' : 'command', boardOf(request));
}

/** The home said nothing in time. What it was asked may have been done. */
function unanswered(request: BoardRequest, store: PendingStore): Judged {
  const no = (code: ErrorCode, more: string): Judged => ({
    ok: false,
    error: appError(code, `the server that holds this board did not answer; ${more}`),
  });
  if (request.t === 'write') return no('owner-offline', 'the bytes may have been sent');
  if (request.t !== 'command') return no('owner-offline', 'try again in a moment');
  const { board, id } = request.request;
  return store.has(board, id) ? { ok: true, lease: undefined } : no('command-timeout', 'the board may have acted');
}
