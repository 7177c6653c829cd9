import {
  type CommandRequest,
  type CommandState,
  type CommandUpdate,
  EMERGENCY_STOP,
  isFinal,
} from '../../src/contract/board-command.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { BoardId, CommandId } from '../../src/contract/ids.ts';
import type { Clock } from '../clock.ts';
import { onceOrAfter } from './once-or-after.ts';
import type { PendingCommand, PendingStore } from './pending-store.ts';
import { appError, type Caller, type Refusal, type Session } from './session.ts';

export interface CommandOptions {
  /** From a command's deadline to its last word, ms: retries and the board's own time-outs happen in it. */
  readonly commandMs: number;
  readonly maxPendingCommands: number;
}

/** The owner, while it is connected. `life` names its memory of command ids. */
export interface Owner {
  readonly session: Session;
  readonly life: string | undefined;
}

/** Ids of finished commands that are remembered per board: the same id again is the same command, not a second one. */
const REMEMBERED = 256;
/** Places beyond `maxPendingCommands`, for emergency stops alone: no flood of commands may keep one out. */
const STOP_PLACES = 8;
/** A command was handed over; its asker hears so at the latest after this long, even if the bus has not confirmed that it is kept. */
const KEEP_MS = 1_000;

interface Open {
  command: PendingCommand;
  /** The bus has it: other servers know of it. */
  isShared: boolean;
  cancel: () => void;
}

interface BoardCommands {
  readonly pending: Map<CommandId, Open>;
  readonly finished: Set<CommandId>;
}

export interface CommandHooks {
  /** `done`: the bus has it, or will not have it. `isShared`: another server may think that it is its own to say. */
  readonly publish: (update: CommandUpdate, isShared: boolean, done?: () => void) => void;
  /** Exactly once per command. */
  readonly ended: (command: PendingCommand, state: CommandState) => void;
}

/**
 * Commands on their way to an owner. Each ends in one last word whatever happens: the owner's, or ours when the owner vanishes or says
 * nothing. What is under way is on the bus too, for the board's next home.
 * ```text
 *  add ─▶ queued (owner away) ──▶ sent ──▶ done · failed · expired   by the owner
 *            │                     ├─────▶ failed   nobody said what became of it · the owner began anew
 *            └─▶ expired (deadline)└─────▶ (sent again, same id, when the owner or the home comes back)
 * ```
 */
export class RelayedCommands {
  readonly #options: CommandOptions;
  readonly #clock: Clock;
  readonly #store: PendingStore;
  readonly #hooks: CommandHooks;
  readonly #boards = new Map<BoardId, BoardCommands>();

  constructor(options: CommandOptions, clock: Clock, store: PendingStore, hooks: CommandHooks) {
    this.#options = options;
    this.#clock = clock;
    this.#store = store;
    this.#hooks = hooks;
  }

  get size(): number {
    return [...this.#boards.values()].reduce((sum, board) => sum + board.pending.size, 0);
  }

  /** This command was taken before: it must be neither judged nor routed again. */
  knows(board: BoardId, id: CommandId): boolean {
    const commands = this.#boards.get(board);
    return commands !== undefined && (commands.pending.has(id) || commands.finished.has(id));
  }

  /** Takes a command and hands it over, or keeps it for an owner who is away. `kept`: once it is on the bus. */
  add(request: CommandRequest, from: Caller, fence: number, owner: Owner | undefined, kept: () => void): Refusal {
    const now = this.#clock.now();
    const commands = this.#of(request.board);
    if (request.deadline <= now) return appError('command-expired', 'its deadline passed before it reached the relay');
    const places = this.#options.maxPendingCommands + (request.name === EMERGENCY_STOP ? STOP_PLACES : 0);
    if (commands.pending.size >= places)
      return appError('command-queue-full', `${commands.pending.size} commands wait for this board`);
    // A deadline in the far future must not keep a timer for ever.
    const lastWordBy = now + Math.min(request.deadline - now, this.#options.commandMs) + this.#options.commandMs;
    const command: PendingCommand = { is: 'pending', request, from, fence, lastWordBy, sent: undefined };
    commands.pending.set(request.id, { command, isShared: false, cancel: () => undefined });
    if (owner !== undefined) this.#hand(command, owner, onceOrAfter(this.#clock, KEEP_MS, kept));
    else {
      this.#wait(command);
      this.#keep(command, onceOrAfter(this.#clock, KEEP_MS, kept));
      this.#say(command, { is: 'queued' });
    }
    return undefined;
  }

  /** The board came from another home: what it had under way is ours to end. `told`: what that home said of it itself. */
  restore(board: BoardId, told: readonly PendingCommand[] = []): void {
    const { pending, finished } = this.#store.of(board);
    const commands = this.#of(board);
    for (const id of finished.slice(-REMEMBERED)) commands.finished.add(id);
    for (const command of [...pending, ...told]) {
      if (this.knows(board, command.request.id)) continue;
      commands.pending.set(command.request.id, { command, isShared: true, cancel: () => undefined });
      this.#wait(command);
    }
  }

  #keep(command: PendingCommand, kept: () => void = () => undefined): void {
    const { board, id } = command.request;
    this.#store.put(command, () => {
      const open = this.#boards.get(board)?.pending.get(id);
      if (open !== undefined) open.isShared = true;
      kept();
    });
  }

  /** The bus began anew: what it may have lost is put there again. */
  keepAgain(): void {
    for (const board of this.#boards.keys()) for (const command of this.pendingOf(board)) this.#keep(command);
  }

  /** Commands under way, the oldest first. */
  pendingOf(board: BoardId): PendingCommand[] {
    return [...(this.#boards.get(board)?.pending.values() ?? [])].map(({ command }) => command);
  }

  /**
   * The owner is connected (again): hears what waits, and what it was handed before, which it does not do twice in one life. One that
   * does not name its life may have forgotten: its last word is waited for, it is not asked again.
   */
  resume(board: BoardId, owner: Owner): void {
    for (const command of this.pendingOf(board)) {
      if (command.sent !== undefined && command.sent.life === undefined && owner.life === undefined) continue;
      if (command.sent !== undefined && command.sent.life !== owner.life)
        this.#fail(command, appError('command-timeout', 'who holds the board began anew meanwhile; it may have acted'));
      else if (command.sent === undefined && command.request.deadline <= this.#clock.now()) this.#expire(command);
      else this.#hand(command, owner);
    }
  }

  /**
   * This command had its last word, and nobody is to hear another. A second one comes when a break or a change of home kept the owner from
   * knowing that the first had arrived.
   */
  isOver(board: BoardId, id: CommandId): boolean {
    return this.#boards.get(board)?.finished.has(id) ?? false;
  }

  /**
   * A word about a command is being published: the owner's, now or before the board came here. Returns what to call once the bus has it:
   * only then a next home may take the command for finished, else its last word could be lost with this server.
   */
  updated(update: CommandUpdate): { readonly isShared: boolean; readonly done: () => void } {
    const open = this.#boards.get(update.board)?.pending.get(update.id);
    const isShared = open?.isShared ?? false;
    if (open === undefined || !isFinal(update.state)) return { isShared, done: () => undefined };
    this.#finish(open.command, update.state);
    return { isShared, done: () => this.#noteFinished(update.board, update.id) };
  }

  isStop(board: BoardId, id: CommandId): boolean {
    return this.#boards.get(board)?.pending.get(id)?.command.request.name === EMERGENCY_STOP;
  }

  /** A command that was not handed over yet is taken out of the queue. False: the owner has it. */
  cancel(board: BoardId, id: CommandId): boolean {
    const command = this.#boards.get(board)?.pending.get(id)?.command;
    if (command === undefined || command.sent !== undefined) return false;
    this.#end(command, { is: 'expired', error: appError('command-expired', 'cancelled before it was sent') });
    return true;
  }

  /** The owner is gone: nobody will say more. */
  failAll(board: BoardId, error: AppError): void {
    for (const command of this.pendingOf(board)) {
      const mayHave = command.sent === undefined ? '' : '; the board may have acted';
      this.#fail(command, { ...error, message: error.message + mayHave });
    }
  }

  /** Lets go without a word: the board has another home now. */
  drop(board: BoardId): void {
    for (const { cancel } of this.#boards.get(board)?.pending.values() ?? []) cancel();
    this.#boards.delete(board);
  }

  /** The board is forgotten, and everything about it. */
  forget(board: BoardId): void {
    const commands = this.#boards.get(board);
    for (const id of [...(commands?.pending.keys() ?? []), ...(commands?.finished ?? [])])
      this.#store.remove(board, id);
    this.drop(board);
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

  #hand(command: PendingCommand, owner: Owner, kept?: () => void): void {
    const handed: PendingCommand = { ...command, sent: { life: owner.life } };
    const { request, from, fence } = handed;
    const open = this.#boards.get(request.board)?.pending.get(request.id);
    if (open === undefined) return;
    open.command = handed;
    this.#wait(handed);
    // Both leave in the same turn. If this server dies between the two, the asker asks again and the owner does no id twice.
    this.#keep(handed, kept);
    owner.session.send({ t: 'run-command', request, from: { client: from.client, name: from.name }, fence });
  }

  /** Sets the timer for where it is: waiting for the owner, or for its last word. */
  #wait(command: PendingCommand): void {
    const { request, sent, lastWordBy } = command;
    const open = this.#boards.get(request.board)?.pending.get(request.id);
    if (open === undefined) return;
    open.cancel();
    const at = sent === undefined ? Math.min(request.deadline, lastWordBy) : lastWordBy;
    open.cancel = this.#clock.schedule(Math.max(0, at - this.#clock.now()), () => {
      if (sent === undefined) this.#expire(command);
      else this.#fail(command, appError('command-timeout', 'the board’s owner never said what became of it'));
    });
  }

  #expire(command: PendingCommand): void {
    const error = appError('command-expired', 'its deadline passed while the board’s owner was away');
    this.#end(command, { is: 'expired', error });
  }

  #fail(command: PendingCommand, error: AppError): void {
    this.#end(command, { is: 'failed', error, answer: undefined });
  }

  #end(command: PendingCommand, state: CommandState): void {
    const { board, id } = command.request;
    const isShared = this.#boards.get(board)?.pending.get(id)?.isShared ?? false;
    this.#finish(command, state);
    this.#say(command, state, isShared, () => this.#noteFinished(board, id));
  }

  #say({ request }: PendingCommand, state: CommandState, isShared = false, done?: () => void): void {
    const { id, board, name, params, by, traceparent } = request;
    this.#hooks.publish({ id, board, name, params, by, traceparent, at: this.#clock.now(), state }, isShared, done);
  }

  #noteFinished(board: BoardId, id: CommandId): void {
    // Forgotten meanwhile, or gone to another home.
    if (this.isOver(board, id)) this.#store.finish(board, id);
  }

  #finish(command: PendingCommand, state: CommandState): void {
    const { board, id } = command.request;
    const commands = this.#of(board);
    commands.pending.get(id)?.cancel();
    commands.pending.delete(id);
    commands.finished.add(id);
    for (const oldest of commands.finished) {
      if (commands.finished.size <= REMEMBERED) break;
      commands.finished.delete(oldest);
      this.#store.remove(board, oldest);
    }
    this.#hooks.ended(command, state);
  }
}
