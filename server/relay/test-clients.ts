import type { CommandRequest, CommandUpdate } from '../../src/contract/board-command.ts';
import { boardChannel, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import { decodeSampleBatch, encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { boardStatus, type Got, RawClient } from '../live/raw-client.ts';

/** A moment before the next attempt to connect, ms. */
const AGAIN_MS = 40;

interface Handlers {
  onUp(): void;
  onMessage(message: Got): void;
  onSamples?(buffer: Buffer): void;
}

/** A client that is connected for ever: when one server does not want it, to the next of its servers. */
export class SteadyClient {
  readonly name: string;
  readonly #ports: readonly number[];
  readonly #handlers: Handlers;
  #client: RawClient | undefined;
  #isUp = false;
  #stopped = false;
  #lastRid = 0;

  constructor(name: string, ports: readonly number[], handlers: Handlers) {
    this.name = name;
    this.#ports = ports;
    this.#handlers = handlers;
    this.#connect(0);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  nextRid(): number {
    return ++this.#lastRid;
  }

  send(message: object | Uint8Array): void {
    if (this.#isUp) this.#client?.send(message);
  }

  stop(): void {
    this.#stopped = true;
    this.#client?.socket.terminate();
  }

  #connect(turn: number): void {
    if (this.#stopped) return;
    const client = new RawClient(this.#ports[turn % this.#ports.length] ?? 0);
    this.#client = client;
    client.socket.on('open', () => {
      const id = `secret-id-of-${this.name}`;
      client.send({ t: 'hello', contract: CONTRACT_VERSION, build: 'test', client: { id, name: this.name } });
    });
    client.socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#handlers.onSamples?.(data);
      else this.#heard(JSON.parse(data.toString()));
    });
    client.socket.on('close', () => {
      this.#isUp = false;
      setTimeout(() => this.#connect(turn + 1), AGAIN_MS);
    });
  }

  #heard(message: Got): void {
    if (message.t === 'welcome') {
      this.#isUp = true;
      this.#handlers.onUp();
    } else this.#handlers.onMessage(message);
  }
}

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

/** A browser that holds the lease of boards and commands them: what it asked and heard nothing of, it asks again. */
export class TestCommander {
  readonly client: SteadyClient;
  /** Times that a lease it held was not its own any more. */
  leasesLost = 0;
  readonly #boards: readonly string[];
  readonly #fences = new Map<string, number>();
  readonly #open = new Map<
    string,
    { readonly ask: () => void; readonly done: (refusal: string | undefined) => void }
  >();
  readonly #byRid = new Map<number, (message: Got) => void>();

  constructor(name: string, ports: readonly number[], boards: readonly string[]) {
    this.#boards = boards;
    this.client = new SteadyClient(name, ports, {
      onUp: () => {
        for (const board of boards) this.#lease(board);
        for (const { ask } of this.#open.values()) ask();
      },
      onMessage: (message) => {
        if (message.t !== 'answer') return;
        this.#byRid.get(message.rid as number)?.(message);
        this.#byRid.delete(message.rid as number);
      },
    });
  }

  get holdsAll(): boolean {
    return this.#fences.size === this.#boards.length;
  }

  /** Resolves to the code of its refusal, or to undefined once it was taken. */
  command(board: string, id: string, deadlineMs = 20_000): Promise<string | undefined> {
    const deadline = Date.now() + deadlineMs;
    return new Promise((resolve) => {
      const ask = (): void =>
        this.#ask(
          (rid) => {
            const request = { id, board, name: 'status', params: {}, by: this.client.name, deadline };
            return { t: 'command', rid, request, fence: this.#fences.get(board) };
          },
          (answer) => {
            this.#open.delete(id);
            resolve(answer.ok === true ? undefined : (answer.error as { code: string }).code);
          },
        );
      this.#open.set(id, { ask, done: resolve });
      ask();
    });
  }

  #lease(board: string): void {
    const action = this.#fences.has(board) ? 'renew' : 'take';
    this.#ask(
      (rid) => ({ t: 'lease', rid, board, action }),
      (answer) => {
        if (answer.ok === true) this.#fences.set(board, (answer.lease as { fence: number }).fence);
        else {
          const { code } = answer.error as { code: string };
          if (code === 'lease-missing' || code === 'lease-held') {
            this.leasesLost++;
            this.#fences.delete(board);
          }
          setTimeout(() => this.#lease(board), AGAIN_MS);
        }
      },
    );
  }

  #ask(make: (rid: number) => object, then: (answer: Got) => void): void {
    const rid = this.client.nextRid();
    this.#byRid.set(rid, then);
    this.client.send(make(rid));
  }
}

interface Reading {
  cursor: Cursor | undefined;
  /** Numbers in rows, ids and states of commands, in order. */
  readonly values: (number | CommandUpdate)[];
  /** Ranges that were told as missing. */
  readonly told: string[];
  /** Holes, doubles and other things nobody told. */
  readonly faults: string[];
  id: number;
}

/** Follows channels of boards over all breaks, and checks by the offsets that nothing is missing untold. */
export class TestFollower {
  readonly client: SteadyClient;
  readonly #readings = new Map<ChannelName, Reading>();

  constructor(name: string, ports: readonly number[], channels: readonly ChannelName[]) {
    for (const channel of channels)
      this.#readings.set(channel, { cursor: undefined, values: [], told: [], faults: [], id: 0 });
    this.client = new SteadyClient(name, ports, {
      onUp: () => {
        for (const channel of channels) this.#subscribe(channel);
      },
      onMessage: (message) => this.#message(message),
      onSamples: (buffer) => {
        const { channel, epoch, offset, columns } = decodeSampleBatch(new Uint8Array(buffer).buffer);
        this.#took(channel, { epoch, offset }, [...(columns[0] ?? [])]);
      },
    });
  }

  reading(channel: ChannelName): Reading {
    const reading = this.#readings.get(channel);
    if (reading === undefined) throw new Error(`${channel} is not followed`);
    return reading;
  }

  updates(board: string): readonly CommandUpdate[] {
    return this.reading(boardChannel(board, 'commands')).values.filter((one) => typeof one !== 'number');
  }

  #subscribe(channel: ChannelName): void {
    const reading = this.reading(channel);
    reading.id = this.client.nextRid();
    this.client.send({ t: 'subscribe', id: reading.id, channel, since: reading.cursor });
  }

  #message(message: Got): void {
    if (message.t === 'answer') {
      // The board is not known there yet.
      for (const [channel, { id }] of this.#readings)
        if (id === message.rid && message.ok !== true) setTimeout(() => this.#subscribe(channel), AGAIN_MS);
      return;
    }
    const reading = this.#readings.get(String(message.channel));
    if (reading === undefined) return;
    const cursor = message.cursor as Cursor;
    if (message.t === 'events')
      this.#took(
        String(message.channel),
        { epoch: String(message.epoch), offset: Number(message.from) },
        message.records as CommandUpdate[],
      );
    else if (message.t === 'gap' || (message.t === 'subscribed' && message.gap !== undefined)) {
      const from = (message.from ?? reading.cursor) as Cursor | undefined;
      reading.told.push(
        `${from?.epoch}:${from?.offset}-${cursor.epoch}:${cursor.offset} ${JSON.stringify(message.gap)}`,
      );
      reading.cursor = cursor;
    } else if (message.t === 'subscribed') {
      const before = reading.cursor;
      const isSame = before === undefined || (before.epoch === cursor.epoch && before.offset === cursor.offset);
      if (!isSame) reading.faults.push(`asked from ${before.offset}, told from ${cursor.offset}`);
      reading.cursor = cursor;
    } else reading.faults.push(`${message.t}: ${JSON.stringify(message)}`);
  }

  #took(channel: ChannelName, at: Cursor, values: readonly (number | CommandUpdate)[]): void {
    const reading = this.reading(channel);
    const { cursor } = reading;
    if (cursor?.epoch !== at.epoch || cursor.offset !== at.offset)
      reading.faults.push(`at ${cursor?.epoch}:${cursor?.offset} came ${at.epoch}:${at.offset}`);
    reading.values.push(...values);
    reading.cursor = { epoch: at.epoch, offset: at.offset + values.length };
  }
}
