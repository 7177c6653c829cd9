import { EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import { Boards } from './boards.ts';
import { RelayedCommands } from './commands.ts';
import { Ingest } from './ingest.ts';
import { Leases } from './leases.ts';
import { appError, asClient, type Refusal, type Session } from './session.ts';

/** The messages that concern boards; the rest is between the client and its connection. */
export type BoardMessage = Extract<
  ToRelay,
  {
    t: 'offer' | 'withdraw' | 'records' | 'gap' | 'lease' | 'command' | 'cancel-command' | 'command-update' | 'write';
  }
>;

/** Boards, who watches and commands them, and what goes to and fro. Knows sessions, not sockets. */
export class Relay {
  readonly boards: Boards;
  readonly #bus: Bus;
  readonly #leases: Leases;
  readonly #commands: RelayedCommands;
  readonly #ingest: Ingest;

  constructor(limits: Limits, bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.boards = new Boards(limits, bus, clock);
    this.#leases = new Leases(limits, clock, (board) => this.boards.publish(board));
    this.boards.leases = this.#leases;
    this.#ingest = new Ingest(this.boards, bus, clock);
    this.#commands = new RelayedCommands(limits, clock, (update) =>
      bus.publish(boardChannel(update.board, 'commands'), { t: 'events', records: [update] }),
    );
    this.boards.onForget = (board) => this.#commands.drop(board);
  }

  stats(): { readonly boards: number; readonly leases: number; readonly commands: number } {
    return { boards: this.boards.size, leases: this.#leases.size, commands: this.#commands.size };
  }

  /** Returns why it was refused, when that was not told in an `answer`. */
  handle(session: Session, message: BoardMessage): Refusal {
    switch (message.t) {
      case 'offer': {
        const refusal = this.boards.offer(session, message.board, message.status);
        if (refusal) return answer(session, message.rid, refusal);
        const have = [...(this.boards.sourcesOf(message.board) ?? [])].map(([channel, cursor]) => ({
          channel,
          cursor,
        }));
        session.send({ t: 'answer', rid: message.rid, ok: true, lease: undefined, have });
        return undefined;
      }
      case 'withdraw':
        if (!this.boards.belongsTo(message.board, session)) return notOwner(message.board);
        this.#endBoard(message.board, 'board-not-open', 'it is not shared any more');
        this.boards.forget(message.board);
        return undefined;
      case 'records':
        return this.#ingest.records(session, message);
      case 'gap':
        return this.#ingest.gap(session, message.channel, message.gap);
      case 'command-update': {
        const refusal = this.#ingest.commandUpdate(session, message.cursor, message.update);
        if (!refusal) this.#commands.updated(message.update);
        return refusal;
      }
      case 'lease':
        return this.#lease(session, message);
      case 'command':
      case 'cancel-command':
      case 'write':
        return this.#toOwner(session, message);
    }
  }

  samples(session: Session, buffer: ArrayBuffer): Refusal {
    return this.#ingest.samples(session, buffer);
  }

  /** A session's connection ended. Its subscriptions are closed already. */
  left(session: Session): void {
    for (const board of this.boards.ownedBy(session)) {
      this.#endBoard(board, 'owner-offline', `${session.name} lost its connection`);
      this.boards.markOffline(board);
    }
    this.#leases.shorten(session.client);
  }

  #endBoard(board: BoardId, code: ErrorCode, why: string): void {
    this.#commands.failAll(board, appError(code, why));
    this.#leases.end(board);
  }

  #lease(session: Session, message: Extract<BoardMessage, { t: 'lease' }>): Refusal {
    const { rid, board, action } = message;
    const owner = this.boards.ownerOf(board);
    if (!this.boards.has(board))
      return answer(session, rid, appError('no-such-board', `no board ${board} is shared here`));
    if (action === 'take-back') {
      if (owner !== session) return answer(session, rid, notOwner(board));
      this.#leases.end(board);
      return answer(session, rid, undefined);
    }
    if (action === 'release') return answer(session, rid, this.#leases.release(board, session.client));
    if (owner === undefined) return answer(session, rid, appError('owner-offline', 'nobody holds this board now'));
    if (owner === session) return answer(session, rid, appError('not-allowed', 'your own board needs no lease'));
    const granted = this.#leases[action](board, asClient(session));
    if (!granted.ok) return answer(session, rid, granted.error);
    session.send({ t: 'answer', rid, ok: true, lease: granted.lease, have: undefined });
    return undefined;
  }

  #toOwner(session: Session, message: Extract<BoardMessage, { t: 'command' | 'cancel-command' | 'write' }>): Refusal {
    const { rid } = message;
    const board = message.t === 'command' ? message.request.board : message.board;
    if (!this.boards.has(board))
      return answer(session, rid, appError('no-such-board', `no board ${board} is shared here`));
    const owner = this.boards.ownerOf(board);
    if (owner === undefined) return answer(session, rid, appError('owner-offline', 'nobody holds this board now'));
    const stop = message.t === 'command' && message.request.name === EMERGENCY_STOP;
    const refusal = stop ? undefined : this.#leases.check(board, session.client, message.fence);
    if (refusal) return answer(session, rid, refusal);
    // A stop has no lease: a fence in it would be anybody's word, and could make the holder's look late.
    const fence = stop ? 0 : (message.fence ?? 0);
    if (message.t === 'command') {
      // Who asks is what the relay knows, not what the message says.
      const request = { ...message.request, by: session.name };
      const added = this.#commands.add(request);
      if (added.fresh) owner.send({ t: 'run-command', request, from: asClient(session), fence });
      return answer(session, rid, added.refusal);
    }
    if (message.t === 'write')
      owner.send({ t: 'run-write', board, hex: message.hex, by: session.name, from: asClient(session), fence });
    else owner.send({ t: 'run-cancel', board, id: message.id, fence });
    return answer(session, rid, undefined);
  }

  close(): void {
    this.#leases.close();
    this.#commands.close();
    this.boards.close();
    this.#bus.close();
  }
}

const notOwner = (board: BoardId) => appError('not-allowed', `you do not share ${board}`);

function answer(session: Session, rid: number, refusal: Refusal): undefined {
  session.send(
    refusal === undefined
      ? { t: 'answer', rid, ok: true, lease: undefined, have: undefined }
      : { t: 'answer', rid, ok: false, error: refusal },
  );
}
