import type { AuditRecord } from '../../src/contract/audit-record.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { Asking } from './asking.ts';
import { Audit } from './audit.ts';
import type { BoardsOptions } from './board-entry.ts';
import { Boards } from './boards.ts';
import { type CommandOptions, RelayedCommands } from './commands.ts';
import { Directory } from './directory.ts';
import { Homes } from './homes.ts';
import { Ingest } from './ingest.ts';
import { type BoardRequest, Judge, notOwner } from './judge.ts';
import { LastWords } from './last-words.ts';
import { type LeaseOptions, Leases } from './leases.ts';
import { Neighbours } from './neighbours.ts';
import { PendingStore } from './pending-store.ts';
import { Post } from './post.ts';
import { appError, asCaller, type Refusal, type Session } from './session.ts';
import { Watchers } from './watchers.ts';

/** The messages that concern boards; the rest is between the client and its connection. */
export type BoardMessage = BoardRequest | Extract<ToRelay, { t: 'offer' | 'records' | 'gap' | 'command-update' }>;

export interface RelayOptions extends BoardsOptions, LeaseOptions, CommandOptions {
  /** Another server's answer is waited for this long, twice. Default 2 s. */
  readonly peerAnswerMs?: number | undefined;
}

const PEER_ANSWER_MS = 2_000;

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
  readonly #lastWords: LastWords;
  readonly #ingest: Ingest;
  readonly #judge: Judge;
  readonly #post: Post;
  readonly #homes: Homes;
  readonly #neighbours: Neighbours;
  readonly #asking: Asking;

  /** `log`: hears each line of the audit too. */
  constructor(options: RelayOptions, bus: Bus, clock: Clock, log: (record: AuditRecord) => void = () => undefined) {
    this.#bus = bus;
    this.audit = new Audit(bus, clock, log);
    this.#directory = new Directory(bus, clock);
    this.#watchers = new Watchers(clock);
    this.#leases = new Leases(options, clock, (board) => this.boards.publish(board));
    this.#store = new PendingStore(bus);
    const lastWords = new LastWords(options, bus, clock);
    this.#lastWords = lastWords;
    this.#commands = new RelayedCommands(options, clock, this.#store, {
      publish: (update, isShared, onDone) => lastWords.publish(update, { isShared, onDone }),
      ended: ({ request, from }, state) => {
        const { board, id, name, traceparent } = request;
        const result = 'error' in state ? state.error.code : 'ok';
        const detail = { id, name, state: state.is };
        this.audit.tell({ who: from, what: 'command.end', board, detail, result, trace: traceparent });
      },
    });
    const parts = {
      bus,
      clock,
      directory: this.#directory,
      watchers: this.#watchers,
      leases: this.#leases,
      commands: this.#commands,
      store: this.#store,
      audit: this.audit,
      post: new Post(bus.node, bus.peers, clock, options.peerAnswerMs ?? PEER_ANSWER_MS),
    };
    this.#post = parts.post;
    const hooks = {
      onOwnerGone: (board: BoardId, owner: { readonly name: string }) =>
        this.#judge.endBoard(board, appError('owner-offline', `${owner.name} lost its connection`)),
      onForget: (board: BoardId) => {
        this.#commands.forget(board);
        this.#letGo(board);
      },
      onMoved: (board: BoardId) => {
        this.#commands.drop(board);
        this.#letGo(board);
      },
    };
    this.boards = new Boards(options, { ...parts, hooks });
    this.#ingest = new Ingest(this.boards, bus, clock, lastWords);
    this.#judge = new Judge(this.boards, this.#leases, this.#commands, this.audit);
    this.#homes = new Homes(options, { ...parts, boards: this.boards });
    this.#asking = new Asking({ ...parts, boards: this.boards, judge: this.#judge });
    this.#neighbours = new Neighbours({ ...parts, boards: this.boards, judge: this.#judge, homes: this.#homes });
    this.#directory.onAnew = () => {
      for (const board of this.boards.ids()) this.boards.publish(board);
      this.#commands.keepAgain();
    };
    this.#leases.onExpired = (board, lease) => {
      const who = { client: lease.client, name: lease.name, principal: 'relay' };
      this.audit.tell({ who, what: 'lease.end', board, detail: { why: 'it ran out' }, result: 'ok' });
    };
  }

  /** Opens what the servers share. Before it only boards that are offered here are known. */
  async start(): Promise<void> {
    await Promise.all([this.#store.start(), this.audit.start()]);
    await this.#directory.start();
    this.#homes.start();
  }

  /** Boards whose home is here, leases and commands of them; questions to other servers that were not answered, ever. */
  stats(): {
    readonly boards: number;
    readonly leases: number;
    readonly commands: number;
    readonly unanswered: number;
  } {
    const { unanswered } = this.#post;
    return { boards: this.boards.size, leases: this.#leases.size, commands: this.#commands.size, unanswered };
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
        const { board, id } = message.update;
        const isOver = this.#commands.isOver(board, id);
        return this.#ingest.commandUpdate(session, message, isOver, (update) => this.#commands.updated(update));
      }
      case 'lease':
      case 'command':
      case 'cancel-command':
      case 'write':
        this.#asking.ask(session, message);
        return undefined;
    }
  }

  samples(session: Session, buffer: ArrayBuffer): Refusal {
    return this.#ingest.samples(session, buffer);
  }

  /** A session's connection ended. Its subscriptions are closed already. */
  left(session: Session): void {
    this.#homes.left(session);
    this.#leases.shorten(session.client, this.#bus.node);
    this.#neighbours.tellLeft(session.client);
  }

  /**
   * This server stops: its boards, with their leases and commands, go to another one. Resolves when the bus has what was handed over so
   * far, or after a second. Boards whose owner is still connected follow when that connection ends: call it again after that.
   */
  drain(): Promise<void> {
    return this.#homes.drain();
  }

  close(): void {
    this.#neighbours.close();
    this.#homes.close();
    this.#post.close();
    this.#watchers.close();
    this.#leases.close();
    this.#commands.close();
    this.#lastWords.close();
    this.boards.close();
    this.#directory.close();
    this.#store.close();
    this.audit.close();
  }

  #withdraw(session: Session, message: Extract<BoardMessage, { t: 'withdraw' }>): Refusal {
    const { board } = message;
    if (this.boards.clientOf(board)?.client !== session.client) return notOwner(board);
    let refusal: Refusal;
    this.#asking.decide(asCaller(session), message, (judged) => {
      refusal = judged.ok ? undefined : judged.error;
    });
    return refusal;
  }

  #letGo(board: BoardId): void {
    this.#leases.drop(board);
    this.#watchers.drop(board);
    this.#ingest.drop(board);
  }
}
