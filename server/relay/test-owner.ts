import type { CommandRequest, CommandUpdate } from '../../src/contract/board-command.ts';
import { boardChannel, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { boardStatus, type Got } from '../live/raw-client.ts';
import { AGAIN_MS, SteadyClient } from './steady-client.ts';

/** A browser with boards, that shares them: it goes on where the relay says it is, and does no command twice. */
export class TestOwner {
  readonly client: SteadyClient;
  /** How often each command was acted on. */
  readonly acted = new Map<string, number>();
  /** How long a board takes for a command, ms. */
  actMs: () => number = () => 0;
  readonly #finals = new Map<string, CommandUpdate | undefined>();
  readonly #updates = new Map<string, CommandUpdate[]>();
  readonly #rows = new Map<string, number>();
  readonly #sent = new Map<ChannelName, number>();
  /** The board of each offer that waits for its answer. */
  readonly #offers = new Map<number, string>();

  constructor(name: string, ports: readonly number[], boards: readonly string[]) {
    for (const board of boards) this.#updates.set(board, []);
    this.client = new SteadyClient(name, ports, {
      onUp: () => {
        this.#sent.clear();
        for (const board of boards) this.#offer(board);
      },
      onMessage: (message) => this.#message(message),
    });
  }

  rowsOf(board: string): number {
    return this.#rows.get(board) ?? 0;
  }

  /** One more reading of a board: its number. */
  measure(board: string): void {
    this.#rows.set(board, this.rowsOf(board) + 1);
    this.#pump(board);
  }

  #offer(board: string): void {
    const rid = this.client.nextRid();
    this.#offers.set(rid, board);
    this.client.send({ t: 'offer', rid, board, status: boardStatus(board), life: 'one' });
  }

  #message(message: Got): void {
    if (message.t === 'answer') {
      const board = this.#offers.get(message.rid as number);
      if (board === undefined) return;
      if (message.ok !== true) {
        setTimeout(() => this.#offer(board), AGAIN_MS);
        return;
      }
      const have = new Map((message.have as { channel: string; cursor: Cursor }[]).map((one) => [one.channel, one]));
      for (const part of ['telemetry', 'commands'] as const) {
        const channel = boardChannel(board, part);
        this.#sent.set(channel, have.get(channel)?.cursor.offset ?? 0);
      }
      this.#pump(board);
    } else if (message.t === 'run-command') this.#run(message.request as CommandRequest);
  }

  #run(request: CommandRequest): void {
    const { board, id, name, params, by } = request;
    const final = this.#finals.get(id);
    if (final !== undefined) this.client.send({ t: 'command-update', cursor: undefined, update: final });
    if (this.#finals.has(id)) return;
    this.#finals.set(id, undefined);
    this.acted.set(id, (this.acted.get(id) ?? 0) + 1);
    const say = (state: CommandUpdate['state']): CommandUpdate => {
      const update = { id, board, name, params, by, at: Date.now(), state };
      this.#updates.get(board)?.push(update);
      this.#pump(board);
      return update;
    };
    say({ is: 'sent', attempt: 1 });
    setTimeout(
      () => this.#finals.set(id, say({ is: 'done', acknowledged: true, rttMs: 1, answer: 'OK' })),
      this.actMs(),
    );
  }

  /** Sends what the relay does not have. */
  #pump(board: string): void {
    if (!this.client.isUp) return;
    const rows = boardChannel(board, 'telemetry');
    const from = this.#sent.get(rows);
    const count = this.rowsOf(board) - (from ?? 0);
    if (from !== undefined && count > 0) {
      const values = Float64Array.from({ length: count }, (_, index) => from + index);
      const times = values.map((value) => 1_700_000_000_000 + value);
      const head = { channel: rows, epoch: 'owner', offset: from, series: ['n'], provenance: 'simulated' } as const;
      this.client.send(new Uint8Array(encodeSampleBatch({ ...head, times, columns: [values] })));
      this.#sent.set(rows, from + count);
    }
    const commands = boardChannel(board, 'commands');
    const updates = this.#updates.get(board) ?? [];
    for (let at = this.#sent.get(commands) ?? updates.length; at < updates.length; at++) {
      this.client.send({ t: 'command-update', cursor: { epoch: 'owner', offset: at }, update: updates[at] });
      this.#sent.set(commands, at + 1);
    }
  }
}
