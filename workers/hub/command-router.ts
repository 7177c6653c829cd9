import {
  type CommandRequest,
  type CommandState,
  type CommandUpdate,
  EMERGENCY_STOP,
  isFinal,
} from '../../src/contract/board-command.ts';
import type { AppError, ErrorCode } from '../../src/contract/error-codes.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { BoardId, CommandId } from '../../src/contract/ids.ts';
import type { BoardUpstream } from '../upstreams/upstream.ts';
import type { BoardData } from './board-data.ts';
import type { BoardEntry, PortRef } from './board-entry.ts';
import type { BoardRegistry } from './board-registry.ts';
import type { HubEnv } from './hub-env.ts';

/** Commands of one board that have no final word yet. */
const MAX_PENDING = 64;
/** Places beyond those, for emergency stops alone: no flood of commands may keep one out. */
const STOP_PLACES = 8;
/** A holder that says nothing final this long after the deadline never will. */
const SILENCE_MS = 30_000;
/** Ids of finished commands, so that one that is asked twice is not done twice. */
const MAX_REMEMBERED = 1_000;

interface Pending {
  readonly request: CommandRequest;
  readonly port: PortRef;
  readonly cancelGuard: () => void;
}

/** Takes commands to whoever holds the board, and makes sure that each gets a final word. */
export class CommandRouter {
  /** Names this memory of ids: who asks again after a break must know that it is still the same one. */
  readonly life: string;
  readonly #env: HubEnv;
  readonly #data: BoardData;
  readonly #boards: () => BoardRegistry;
  readonly #upstream: () => BoardUpstream | undefined;
  readonly #pending = new Map<CommandId, Pending>();
  readonly #finished = new Set<CommandId>();

  constructor(options: {
    readonly env: HubEnv;
    readonly data: BoardData;
    readonly boards: () => BoardRegistry;
    readonly upstream: () => BoardUpstream | undefined;
  }) {
    this.life = options.env.makeId();
    this.#env = options.env;
    this.#data = options.data;
    this.#boards = options.boards;
    this.#upstream = options.upstream;
  }

  /** From a person at this browser, who waits while somebody else holds the lease; an emergency stop waits for nobody. */
  async fromTab(request: CommandRequest): Promise<Outcome> {
    const held = request.name === EMERGENCY_STOP ? undefined : this.#leaseHeld(request.board);
    return held ?? this.command(request);
  }

  async writeFromTab(board: BoardId, bytes: Uint8Array, by: string): Promise<Outcome> {
    return this.#leaseHeld(board) ?? this.write(board, bytes, by);
  }

  /** From whoever may command this board now. */
  async command(request: CommandRequest): Promise<Outcome> {
    // Asked again, perhaps after its deadline: what becomes of it is told already.
    if (this.#pending.has(request.id) || this.#finished.has(request.id)) return done;
    const entry = this.#boards().get(request.board);
    if (entry === undefined) return refused('no-such-board', `there is no board "${request.board}"`);
    // Parameters are checked by the board's session, which knows the declarations.
    if (!entry.status.commands.includes(request.name))
      return refused('command-not-supported', `this board has no command "${request.name}"`);
    if (this.#env.now() > request.deadline) return refused('command-expired', 'its deadline has passed');
    if (entry.status.path.is === 'relay')
      return this.#upstream()?.command(request) ?? refused('relay-offline', 'the relay cannot be reached now');
    return this.#toHolder(entry, request);
  }

  async cancel(board: BoardId, id: CommandId): Promise<Outcome> {
    const entry = this.#boards().get(board);
    if (entry?.status.path.is === 'relay')
      return this.#upstream()?.cancelCommand(board, id) ?? refused('relay-offline', 'the relay cannot be reached now');
    const port = this.#pending.get(id)?.port;
    port?.holder.post({ t: 'cancel-command', key: port.key, id });
    return done;
  }

  async write(board: BoardId, bytes: Uint8Array, by: string): Promise<Outcome> {
    const entry = this.#boards().get(board);
    if (entry === undefined) return refused('no-such-board', `there is no board "${board}"`);
    if (entry.status.path.is === 'relay')
      return this.#upstream()?.write(board, bytes, by) ?? refused('relay-offline', 'the relay cannot be reached now');
    const port = openPort(entry);
    if (port === undefined) return refused('board-not-open', 'the board is not open now');
    port.holder.post({ t: 'write', key: port.key, bytes, by });
    return done;
  }

  /** A step of a command, from its holder. */
  updated(update: CommandUpdate): void {
    if (this.#finished.has(update.id)) return;
    if (isFinal(update.state)) this.#forget(update.id);
    // A forgotten board has no channels, and must not get new ones.
    if (this.#boards().get(update.board) !== undefined) this.#data.events(update.board, 'commands', [update]);
  }

  /** The board is not open any more, and its holder cannot say so itself. */
  boardLost(board: BoardId): void {
    for (const { request } of this.#pending.values()) {
      if (request.board === board)
        this.#end(request, 'board-not-open', 'the page that held the board is gone; the board may have acted');
    }
  }

  /** The refusal while somebody else commands a board of ours. Of other boards the relay knows it better. */
  #leaseHeld(board: BoardId): Outcome | undefined {
    const { path, share } = this.#boards().get(board)?.status ?? {};
    const lease = share?.is === 'shared' && !share.mine && path?.is !== 'relay' ? share.lease : undefined;
    if (lease === undefined || lease.until <= this.#env.now()) return undefined;
    return refused('lease-held', `${lease.name} commands this board now`);
  }

  #toHolder(entry: BoardEntry, request: CommandRequest): Outcome {
    const port = openPort(entry);
    if (port === undefined) return refused('board-not-open', 'the board is not open now');
    const waiting = [...this.#pending.values()].filter((pending) => pending.request.board === request.board);
    const places = request.name === EMERGENCY_STOP ? MAX_PENDING + STOP_PLACES : MAX_PENDING;
    if (waiting.length >= places) return refused('command-queue-full', `${MAX_PENDING} commands wait already`);
    const guardMs = Math.max(0, request.deadline - this.#env.now()) + SILENCE_MS;
    const cancelGuard = this.#env.schedule(guardMs, () =>
      this.#end(request, 'command-timeout', 'nothing was heard of it any more'),
    );
    this.#pending.set(request.id, { request, port, cancelGuard });
    port.holder.post({ t: 'command', key: port.key, request });
    return done;
  }

  #end(request: CommandRequest, code: ErrorCode, message: string): void {
    const error: AppError = { code, message };
    const state: CommandState = { is: 'failed', error, answer: undefined };
    const { id, board, name, params, by, traceparent } = request;
    this.updated({ id, board, name, params, by, traceparent, at: this.#env.now(), state });
  }

  #forget(id: CommandId): void {
    this.#pending.get(id)?.cancelGuard();
    this.#pending.delete(id);
    this.#finished.add(id);
    for (const oldest of this.#finished) {
      if (this.#finished.size <= MAX_REMEMBERED) break;
      this.#finished.delete(oldest);
    }
  }
}

const done: Outcome = { ok: true, value: undefined };

const refused = (code: ErrorCode, message: string): Outcome => ({ ok: false, error: { code, message } });

const openPort = (entry: BoardEntry): PortRef | undefined => {
  const { is } = entry.status.phase;
  return is === 'open' || is === 'probing' || is === 'listening' ? entry.port : undefined;
};
