import { type CommandRequest, EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import type { BoardLease } from '../../src/contract/board-status.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { NodeId } from '../bus/bus.ts';
import type { Audit } from './audit.ts';
import type { Boards } from './boards.ts';
import type { RelayedCommands } from './commands.ts';
import type { Leases } from './leases.ts';
import { appError, asClient, type Caller, type Refusal } from './session.ts';

/** What the home of a board decides. */
export type BoardRequest = Extract<ToRelay, { t: 'lease' | 'command' | 'cancel-command' | 'write' | 'withdraw' }>;

export type Judged =
  | { readonly ok: true; readonly lease: BoardLease | undefined }
  | { readonly ok: false; readonly error: AppError; readonly retryAfterMs?: number | undefined };

export const boardOf = (request: BoardRequest): BoardId =>
  request.t === 'command' ? request.request.board : request.board;

export const isStop = (request: BoardRequest): boolean =>
  request.t === 'command' && request.request.name === EMERGENCY_STOP;

/** What a request is called in the audit. */
export function verbOf(request: BoardRequest): string {
  if (request.t === 'lease') return `lease.${request.action}`;
  if (request.t === 'cancel-command') return 'command.cancel';
  return request.t === 'withdraw' ? 'board.withdraw' : request.t;
}

const DONE: Judged = { ok: true, lease: undefined };
const no = (error: AppError, retryAfterMs?: number): Judged => ({ ok: false, error, retryAfterMs });
const judged = (refusal: Refusal): Judged => (refusal === undefined ? DONE : no(refusal));

/** Decides about the boards whose home is this server: leases, commands, bytes, whoever asks and through whichever server. */
export class Judge {
  readonly #boards: Boards;
  readonly #leases: Leases;
  readonly #commands: RelayedCommands;
  readonly #audit: Audit;

  constructor(boards: Boards, leases: Leases, commands: RelayedCommands, audit: Audit) {
    this.#boards = boards;
    this.#leases = leases;
    this.#commands = commands;
    this.#audit = audit;
  }

  /** `via`: the server that the caller is connected to. Answers once, most often at once. */
  judge(caller: Caller, request: BoardRequest, via: NodeId, answer: (judged: Judged) => void): void {
    const tell = (detail: Record<string, unknown>, trace?: string) => (result: Judged) => {
      const code = result.ok ? 'ok' : result.error.code;
      this.#audit.tell({ who: caller, what: verbOf(request), board: boardOf(request), detail, result: code, trace });
      answer(result);
    };
    switch (request.t) {
      case 'lease': {
        const result = this.#lease(caller, request, via);
        // A renewal changes nothing that anybody would look up.
        if (request.action === 'renew' && result.ok) answer(result);
        else {
          const fence = result.ok ? result.lease?.fence : undefined;
          tell({ reason: request.reason, fence })(result);
        }
        return;
      }
      case 'command': {
        const { id, name, params, traceparent } = request.request;
        // The same id again is the same command, whatever became of the lease since.
        if (this.#commands.knows(request.request.board, id)) answer(DONE);
        else this.#command(caller, request, tell({ id, name, params }, traceparent));
        return;
      }
      case 'cancel-command':
        tell({ id: request.id })(this.#cancel(caller, request));
        return;
      case 'write':
        tell({ bytes: request.hex.length / 2 })(this.#write(caller, request));
        return;
      case 'withdraw':
        tell({})(this.#withdraw(caller, request.board));
    }
  }

  /** Its owner lets go of it, or stayed away: commands get their last word and the lease ends. */
  endBoard(board: BoardId, error: AppError): void {
    this.#commands.failAll(board, error);
    const lease = this.#leases.end(board);
    if (lease === undefined) return;
    const who = { ...asClient(lease), principal: 'relay' };
    this.#audit.tell({ who, what: 'lease.end', board, detail: { why: error.message }, result: error.code });
  }

  #lease(caller: Caller, request: Extract<BoardRequest, { t: 'lease' }>, via: NodeId): Judged {
    const { board, action } = request;
    const isOwner = this.#boards.clientOf(board)?.client === caller.client;
    switch (action) {
      case 'take-back':
        if (!isOwner) return no(notOwner(board));
        this.#leases.end(board);
        return DONE;
      case 'release':
        return judged(this.#leases.release(board, caller.client));
      case 'renew':
        return this.#leases.renew(board, caller, via);
      case 'take':
      case 'take-over': {
        if (isOwner) return no(appError('not-allowed', 'your own board needs no lease'));
        if (this.#boards.presenceOf(board) !== 'online') return no(this.#ownerOffline(board));
        if (action === 'take') return this.#leases.take(board, caller, via);
        if (request.reason === undefined)
          return no(appError('bad-message', 'a take-over needs a reason: the present commander is told it'));
        return this.#leases.takeOver(board, caller, request.reason, via);
      }
    }
  }

  #command(caller: Caller, message: Extract<BoardRequest, { t: 'command' }>, answer: (judged: Judged) => void): void {
    const { board } = message.request;
    const stop = isStop(message);
    const refusal =
      this.#boards.presenceOf(board) === 'gone'
        ? this.#ownerOffline(board)
        : stop
          ? undefined
          : this.#leases.check(board, caller.client, message.fence);
    if (refusal) {
      answer(no(refusal));
      return;
    }
    // Who asks is what the relay knows, not what the message says.
    const request: CommandRequest = { ...message.request, by: caller.name };
    // A stop has no lease: a fence in it would be anybody's word, and could make the holder's look late.
    const fence = stop ? 0 : (message.fence ?? 0);
    const full = this.#commands.add(request, caller, fence, this.#boards.ownerOf(board), () => answer(DONE));
    if (full) answer(no(full));
  }

  #cancel(caller: Caller, { board, id, fence }: Extract<BoardRequest, { t: 'cancel-command' }>): Judged {
    const refusal = this.#leases.check(board, caller.client, fence);
    if (refusal) return no(refusal);
    if (this.#commands.isStop(board, id)) return no(appError('not-allowed', 'an emergency stop is not called back'));
    if (this.#commands.isOver(board, id) || this.#commands.cancel(board, id)) return DONE;
    const owner = this.#boards.ownerOf(board);
    if (owner === undefined) return no(this.#ownerOffline(board));
    owner.session.send({ t: 'run-cancel', board, id, fence: fence ?? 0 });
    return DONE;
  }

  #write(caller: Caller, { board, hex, fence }: Extract<BoardRequest, { t: 'write' }>): Judged {
    const refusal = this.#leases.check(board, caller.client, fence);
    if (refusal) return no(refusal);
    const owner = this.#boards.ownerOf(board);
    if (owner === undefined) return no(this.#ownerOffline(board));
    owner.session.send({ t: 'run-write', board, hex, by: caller.name, from: asClient(caller), fence: fence ?? 0 });
    return DONE;
  }

  #withdraw(caller: Caller, board: BoardId): Judged {
    if (this.#boards.clientOf(board)?.client !== caller.client) return no(notOwner(board));
    this.endBoard(board, appError('board-not-open', 'it is not shared any more'));
    this.#boards.forget(board);
    return DONE;
  }

  #ownerOffline(board: BoardId): AppError {
    const away = this.#boards.presenceOf(board) === 'away';
    const name = this.#boards.clientOf(board)?.name ?? 'its owner';
    return appError(
      'owner-offline',
      away ? `${name} lost the connection a moment ago; try again when it is back` : `${name} is not connected now`,
    );
  }
}

export const notOwner = (board: BoardId): AppError => appError('not-allowed', `you do not share ${board}`);
