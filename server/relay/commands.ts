import { type CommandRequest, type CommandUpdate, EMERGENCY_STOP, isFinal } from '../../src/contract/board-command.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { BoardId, CommandId } from '../../src/contract/ids.ts';
import type { Clock } from '../clock.ts';
import { appError, type Refusal } from './session.ts';

export interface CommandOptions {
  /** From a command's deadline to its last word, ms: retries and the board's own time-outs happen in it. */
  readonly commandMs: number;
  readonly maxPendingCommands: number;
}

/** Ids of finished commands that are remembered per board: the same id again is the same command, not a second one. */
const REMEMBERED = 256;
/** Places beyond `maxPendingCommands`, for emergency stops alone: no flood of commands may keep one out. */
const STOP_PLACES = 8;

interface BoardCommands {
  readonly pending: Map<CommandId, { readonly request: CommandRequest; readonly cancel: () => void }>;
  readonly finished: Set<CommandId>;
}

/**
 * Commands on their way to an owner. Each ends in a last word whatever happens: the owner's, or ours when the owner vanishes or
 * says nothing.
 */
export class RelayedCommands {
  readonly #options: CommandOptions;
  readonly #clock: Clock;
  readonly #publish: (update: CommandUpdate) => void;
  readonly #boards = new Map<BoardId, BoardCommands>();

  constructor(options: CommandOptions, clock: Clock, publish: (update: CommandUpdate) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#publish = publish;
  }

  get size(): number {
    return [...this.#boards.values()].reduce((sum, board) => sum + board.pending.size, 0);
  }

  /** `fresh: false`: this command was taken before and must not be routed again. */
  add(request: CommandRequest): { readonly refusal: Refusal; readonly fresh: boolean } {
    const now = this.#clock.now();
    const commands = this.#of(request.board);
    if (commands.pending.has(request.id) || commands.finished.has(request.id))
      return { refusal: undefined, fresh: false };
    if (request.deadline <= now)
      return { refusal: appError('command-expired', 'its deadline passed before it reached the relay'), fresh: false };
    const { maxPendingCommands } = this.#options;
    if (commands.pending.size >= maxPendingCommands + (request.name === EMERGENCY_STOP ? STOP_PLACES : 0))
      return {
        refusal: appError('command-queue-full', `${commands.pending.size} commands wait for this board`),
        fresh: false,
      };
    // A deadline in the far future must not keep a timer for ever.
    const waitMs = Math.min(request.deadline - now, this.#options.commandMs) + this.#options.commandMs;
    const cancel = this.#clock.schedule(waitMs, () => {
      this.#fail(request, appError('command-timeout', 'the board’s owner never said what became of it'));
    });
    commands.pending.set(request.id, { request, cancel });
    return { refusal: undefined, fresh: true };
  }

  /** An owner's word about a command, published by the caller. */
  updated(update: CommandUpdate): void {
    if (isFinal(update.state)) this.#finish(update.board, update.id);
  }

  /** The owner is gone: nobody will say more. */
  failAll(board: BoardId, error: AppError): void {
    for (const { request } of [...(this.#boards.get(board)?.pending.values() ?? [])]) this.#fail(request, error);
  }

  drop(board: BoardId): void {
    for (const { cancel } of this.#boards.get(board)?.pending.values() ?? []) cancel();
    this.#boards.delete(board);
  }

  close(): void {
    for (const board of [...this.#boards.keys()]) this.drop(board);
  }

  #of(board: BoardId): BoardCommands {
    const known = this.#boards.get(board);
    if (known) return known;
    const made: BoardCommands = { pending: new Map(), finished: new Set() };
    this.#boards.set(board, made);
    return made;
  }

  #finish(board: BoardId, id: CommandId): void {
    const commands = this.#boards.get(board);
    const pending = commands?.pending.get(id);
    if (commands === undefined || pending === undefined) return;
    pending.cancel();
    commands.pending.delete(id);
    commands.finished.add(id);
    if (commands.finished.size > REMEMBERED) {
      const [oldest] = commands.finished;
      if (oldest !== undefined) commands.finished.delete(oldest);
    }
  }

  #fail(request: CommandRequest, error: AppError): void {
    this.#finish(request.board, request.id);
    const { id, board, name, params, by } = request;
    this.#publish({
      id,
      board,
      name,
      params,
      by,
      at: this.#clock.now(),
      state: { is: 'failed', error, answer: undefined },
    });
  }
}
