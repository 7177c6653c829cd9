import { type CommandUpdate, EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, CommandId } from '../../src/contract/ids.ts';
import { fromHex } from '../../src/decode/hex.ts';
import type { RelayClock } from './relay-clock.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { UpstreamHost } from './upstream.ts';

/** Last words that are remembered per board; as many as the relay may ask for. */
const MAX_FINALS = 256;

interface Orders {
  /** Commands under an older lease than this are late and refused. Of this connection: the relay says the rest again after it. */
  fence: number;
  /** Last words of commands: the relay, or the server after it, may ask for one again. */
  readonly finals: Map<CommandId, CommandUpdate>;
}

export interface OrdersContext {
  readonly host: UpstreamHost;
  readonly socket: Pick<RelaySocket, 'send'>;
  readonly clock: Pick<RelayClock, 'shiftMs'>;
  readonly onDrop: (reason: string) => void;
}

type Order = Extract<FromRelay, { t: 'run-command' | 'run-cancel' | 'run-write' }>;

/** What others ask of our boards through the relay: in the order of their leases, and no command twice. */
export class RelayOrders {
  readonly #context: OrdersContext;
  readonly #boards = new Map<BoardId, Orders>();

  constructor(context: OrdersContext) {
    this.#context = context;
  }

  /** What is not shared is not commanded, whatever the relay says. */
  share(board: BoardId): void {
    this.#boards.set(board, { fence: 0, finals: new Map() });
  }

  unshare(board: BoardId): void {
    this.#boards.delete(board);
  }

  /** The relay took the board, on this connection. */
  taken(board: BoardId): void {
    const orders = this.#boards.get(board);
    if (orders) orders.fence = 0;
  }

  /** A command of a board of ours had its last word. */
  ended(update: CommandUpdate): void {
    const finals = this.#boards.get(update.board)?.finals;
    if (finals === undefined) return;
    finals.set(update.id, update);
    for (const oldest of finals.keys()) {
      if (finals.size <= MAX_FINALS) break;
      finals.delete(oldest);
    }
  }

  async run(order: Order): Promise<void> {
    const { host, clock, socket, onDrop } = this.#context;
    const board = order.t === 'run-command' ? order.request.board : order.board;
    const orders = this.#boards.get(board);
    const final = order.t === 'run-command' ? orders?.finals.get(order.request.id) : undefined;
    if (final !== undefined) {
      // It was done, and the relay lost the word of it.
      socket.send({ t: 'command-update', cursor: undefined, update: final });
      return;
    }
    const stop = order.t === 'run-command' && order.request.name === EMERGENCY_STOP;
    if (orders === undefined || (order.fence < orders.fence && !stop)) {
      onDrop('late-command');
      if (order.t === 'run-command') this.#refuse(order, 'the lease it came under has ended');
      return;
    }
    if (!stop) orders.fence = Math.max(orders.fence, order.fence);
    if (order.t === 'run-cancel') {
      await host.cancelCommand(board, order.id);
    } else if (order.t === 'run-write') {
      const outcome = await host.write(board, fromHex(order.hex), order.by);
      if (!outcome.ok) onDrop(outcome.error.code);
    } else {
      const request = { ...order.request, deadline: order.request.deadline - clock.shiftMs };
      const outcome = await host.command(request);
      if (!outcome.ok) this.#refuse(order, outcome.error.message, outcome.error.code);
    }
  }

  /** The hub did not take it, so its `commands` channel says nothing: we say why. */
  #refuse(order: Extract<Order, { t: 'run-command' }>, text: string, code: ErrorCode = 'lease-missing'): void {
    const { deadline: _, ...command } = order.request;
    const error = { code, message: text };
    const at = this.#context.host.now() + this.#context.clock.shiftMs;
    const update: CommandUpdate = { ...command, at, state: { is: 'failed', error, answer: undefined } };
    this.#context.socket.send({ t: 'command-update', cursor: undefined, update });
  }
}
