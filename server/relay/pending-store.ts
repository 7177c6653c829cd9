import type { CommandRequest } from '../../src/contract/board-command.ts';
import type { BoardId, CommandId } from '../../src/contract/ids.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Bus, Opened, StateChannel } from '../bus/bus.ts';
import { readKept } from './read-neighbours.ts';
import type { Caller } from './session.ts';

/** A command without a last word, as it is kept on the bus for the board's next home. */
export interface PendingCommand {
  readonly is: 'pending';
  readonly request: CommandRequest;
  readonly from: Caller;
  readonly fence: number;
  /** If nobody says what became of it until then, the relay does. */
  readonly lastWordBy: EpochMs;
  /** It was handed to the owner, in that life of the owner (`offer.life`). undefined: it waits for the owner. */
  readonly sent: { readonly life: string | undefined } | undefined;
}

type Kept = PendingCommand | { readonly is: 'finished' };

/** Ids of finished commands are known for this long, ms. */
export const REMEMBERED_MS = 600_000;

/** Commands under way and ids of finished ones on the bus (state channel `pending`), by board and id. */
export class PendingStore {
  readonly #bus: Bus;
  #opened: Opened<StateChannel> | undefined;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  async start(): Promise<void> {
    this.#opened = await this.#bus.openState('pending');
  }

  /** `done`: the bus has it, or will not have it. */
  put(command: PendingCommand, done: () => void = () => undefined): void {
    this.#bus.put('pending', keyOf(command.request.board, command.request.id), command, { onDone: done });
  }

  finish(board: BoardId, id: CommandId): void {
    this.#bus.put('pending', keyOf(board, id), { is: 'finished' } satisfies Kept, { ttlMs: REMEMBERED_MS });
  }

  remove(board: BoardId, id: CommandId): void {
    this.#bus.del('pending', keyOf(board, id));
  }

  /** Whether this id is known, as far as this server has heard. */
  has(board: BoardId, id: CommandId): boolean {
    return this.#opened?.channel.get(keyOf(board, id)) !== undefined;
  }

  /** What is kept of a board, the oldest first. */
  of(board: BoardId): { readonly pending: PendingCommand[]; readonly finished: CommandId[] } {
    const pending: PendingCommand[] = [];
    const finished: CommandId[] = [];
    for (const [key, value] of this.#opened?.channel.entries() ?? []) {
      if (!key.startsWith(`${board}/`)) continue;
      const kept = readKept(value);
      if (kept?.is === 'pending') pending.push(kept);
      else if (kept?.is === 'finished') finished.push(key.slice(board.length + 1));
    }
    return { pending, finished };
  }

  close(): void {
    this.#opened?.close();
  }
}

const keyOf = (board: BoardId, id: CommandId): string => `${board}/${id}`;
