import * as v from 'valibot';
import { commandUpdateSchema, consoleRecordSchema } from '../../src/contract/board-records-schema.ts';
import type { BoardLease } from '../../src/contract/board-status.ts';
import { type ChannelName, type Cursor, parseBoardChannel } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { type SharedBoard, sharedBoardSchema } from '../../src/contract/shared-board.ts';
import { type RelayClock, shiftAt, shiftStatus, shiftTimes } from './relay-clock.ts';
import type { RelayQuestions } from './relay-questions.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { UpstreamHost } from './upstream.ts';

/** A short break is not shown as every remote board going away. */
const GONE_AFTER_MS = 2_000;

interface Demand {
  cursor: Cursor | undefined;
  /** Of the last subscription, so that its refusal is recognised. */
  id: number;
  subscribed: boolean;
}

export interface RemotesContext {
  readonly host: UpstreamHost;
  readonly socket: RelaySocket;
  readonly questions: RelayQuestions;
  readonly clock: RelayClock;
  /** Our public id; empty before the first welcome. */
  readonly me: () => ClientId;
  readonly onOwn: (record: SharedBoard) => void;
  readonly isOwn: (board: BoardId) => boolean;
  readonly onReceived: (records: number) => void;
  readonly onDrop: (reason: string) => void;
}

/** Boards of other computers, and the channels of them that somebody here looks at. */
export class RelayRemotes {
  readonly #context: RemotesContext;
  readonly #boards = new Map<BoardId, SharedBoard>();
  readonly #demands = new Map<ChannelName, Demand>();
  readonly #renewals = new Map<BoardId, () => void>();
  #cancelGone: () => void = () => undefined;
  #isUp = false;

  constructor(context: RemotesContext) {
    this.#context = context;
  }

  up(): void {
    this.#isUp = true;
    this.#cancelGone();
    this.#context.socket.send({
      t: 'subscribe',
      id: this.#context.questions.nextRid(),
      channel: 'boards',
      since: undefined,
      rewind: undefined,
    });
    for (const channel of this.#demands.keys()) this.#subscribe(channel);
    for (const board of this.#renewals.keys()) void this.#renew(board);
  }

  down(): void {
    // An attempt that failed does not make the break a younger one.
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const demand of this.#demands.values()) demand.subscribed = false;
    // A record is by the relay's clock.
    const since = this.#context.host.now() + this.#context.clock.shiftMs;
    this.#cancelGone = this.#context.host.schedule(GONE_AFTER_MS, () => {
      for (const record of this.#boards.values()) this.#put({ ...record, online: false, since });
    });
  }

  demand(channel: ChannelName, wanted: boolean, have: Cursor | undefined): void {
    const known = this.#demands.get(channel);
    if (wanted) {
      if (known) return;
      this.#demands.set(channel, { cursor: have, id: 0, subscribed: false });
      this.#subscribe(channel);
    } else if (known) {
      this.#demands.delete(channel);
      if (known.subscribed) this.#context.socket.send({ t: 'unsubscribe', channel });
    }
  }

  /** The relay refused a subscription: it is asked for again when the board changes. */
  refused(id: number): void {
    for (const demand of this.#demands.values()) if (demand.id === id) demand.subscribed = false;
  }

  /** The fence of our lease, when we hold it. */
  fenceOf(board: BoardId): number | undefined {
    const lease = this.#boards.get(board)?.lease;
    return lease?.client === this.#context.me() ? lease.fence : undefined;
  }

  /** A lease that was granted to us: renewed until it is given back. */
  granted(board: BoardId, lease: BoardLease): void {
    const record = this.#boards.get(board);
    // The channel tells the same a moment later; a command may come before it.
    if (record) this.#boards.set(board, { ...record, lease });
    const everyMs = Math.max(1_000, (lease.until - lease.since) / 3);
    const untilMs = lease.until - this.#context.clock.shiftMs - this.#context.host.now();
    this.#renewAfter(board, Math.max(500, Math.min(everyMs, untilMs / 3)));
  }

  released(board: BoardId): void {
    this.#renewals.get(board)?.();
    this.#renewals.delete(board);
  }

  message(message: Extract<FromRelay, { t: 'state' | 'events' | 'gap' | 'subscribed' }>): void {
    switch (message.t) {
      case 'state':
        if (message.channel === 'boards') this.#boardsChanged(message);
        break;
      case 'subscribed': {
        const demand = this.#demands.get(message.channel);
        // What it could not recover is seen by the hub: its next record is further on, or of another epoch.
        if (demand) demand.cursor = message.cursor;
        break;
      }
      case 'events':
        this.#events(message);
        break;
      case 'gap':
        this.#gap(message);
        break;
    }
  }

  samples(buffer: ArrayBuffer): void {
    let batch: ReturnType<typeof decodeSampleBatch>;
    try {
      batch = decodeSampleBatch(buffer);
    } catch {
      this.#context.onDrop('bad-samples');
      return;
    }
    const { channel, epoch, offset, times } = batch;
    const demand = this.#demands.get(channel);
    if (demand === undefined || parseBoardChannel(channel)?.part !== 'telemetry') return;
    shiftTimes(times, -this.#context.clock.shiftMs);
    demand.cursor = { epoch, offset: offset + times.length };
    this.#context.onReceived(times.length);
    this.#context.host.publish({ t: 'samples', channel, buffer });
  }

  close(): void {
    this.#cancelGone();
    for (const cancel of this.#renewals.values()) cancel();
    this.#renewals.clear();
    for (const board of this.#boards.keys()) this.#context.host.removeBoard(board);
    this.#boards.clear();
    this.#demands.clear();
  }

  #subscribe(channel: ChannelName): void {
    const demand = this.#demands.get(channel);
    const board = parseBoardChannel(channel)?.board ?? '';
    // Before the first word about boards, or while this one is not shared: when it appears.
    if (demand === undefined || demand.subscribed || !this.#boards.has(board)) return;
    const id = this.#context.questions.nextRid();
    demand.id = id;
    demand.subscribed = this.#context.socket.send({
      t: 'subscribe',
      id,
      channel,
      since: demand.cursor,
      rewind: undefined,
    });
  }

  #boardsChanged(message: Extract<FromRelay, { t: 'state' }>): void {
    const seen = new Set<BoardId>();
    for (const [id, value] of message.puts) {
      const result = v.safeParse(sharedBoardSchema, value, { abortEarly: true });
      if (!result.success || result.output.id !== id) {
        this.#context.onDrop('bad-board');
        continue;
      }
      seen.add(id);
      this.#changed(result.output);
    }
    const gone = message.snapshot ? [...this.#boards.keys()].filter((id) => !seen.has(id)) : message.dels;
    for (const board of gone) this.#remove(board);
  }

  #changed(record: SharedBoard): void {
    if (record.owner.client === this.#context.me()) {
      this.#context.onOwn(record);
      return;
    }
    if (this.#context.isOwn(record.id)) return;
    this.#boards.set(record.id, record);
    if (record.lease?.client !== this.#context.me()) this.released(record.id);
    this.#put(record);
    for (const channel of this.#demands.keys()) {
      if (parseBoardChannel(channel)?.board === record.id) this.#subscribe(channel);
    }
  }

  #put(record: SharedBoard): void {
    const { clock, host, me } = this.#context;
    const shiftMs = -clock.shiftMs;
    const status = shiftStatus(record.status, shiftMs);
    const lease = record.lease && {
      ...record.lease,
      since: record.lease.since + shiftMs,
      until: record.lease.until + shiftMs,
    };
    host.putBoard({
      ...status,
      path: { is: 'relay', client: record.owner.client, clientName: record.owner.name },
      phase: record.online ? status.phase : { is: 'gone', since: record.since + shiftMs },
      share: { is: 'shared', watchers: record.watchers, lease, mine: lease?.client === me() },
    });
  }

  #remove(board: BoardId): void {
    if (!this.#boards.delete(board)) return;
    this.released(board);
    for (const [channel, demand] of this.#demands) {
      if (parseBoardChannel(channel)?.board !== board) continue;
      if (demand.subscribed) this.#context.socket.send({ t: 'unsubscribe', channel });
      demand.subscribed = false;
    }
    this.#context.host.removeBoard(board);
  }

  #events(message: Extract<FromRelay, { t: 'events' }>): void {
    const { channel, epoch, from } = message;
    const demand = this.#demands.get(channel);
    const part = parseBoardChannel(channel)?.part;
    if (demand === undefined || (part !== 'console' && part !== 'commands')) return;
    const schema = part === 'console' ? consoleRecordSchema : commandUpdateSchema;
    const shiftMs = -this.#context.clock.shiftMs;
    const good: unknown[] = [];
    for (const record of message.records) {
      const result = v.safeParse(schema, record, { abortEarly: true });
      if (result.success) good.push(shiftAt(result.output, shiftMs));
      else this.#context.onDrop('bad-record');
    }
    const end = from + message.records.length;
    demand.cursor = { epoch, offset: end };
    this.#context.onReceived(good.length);
    // Placed at the end, so that what could not be read is a hole in front and not a shift of all that follows.
    this.#context.host.publish({ t: 'events', channel, epoch, from: end - good.length, records: good });
  }

  #gap(message: Extract<FromRelay, { t: 'gap' }>): void {
    const demand = this.#demands.get(message.channel);
    if (demand === undefined) return;
    const { cursor } = message;
    const jumps = demand.cursor?.epoch === cursor.epoch && cursor.offset > demand.cursor.offset;
    demand.cursor = cursor;
    // A jump in the offsets is seen, and told, by the hub itself.
    if (jumps) return;
    const shiftMs = -this.#context.clock.shiftMs;
    const gap = { ...message.gap, fromMs: message.gap.fromMs + shiftMs, toMs: message.gap.toMs + shiftMs };
    this.#context.host.publish({ t: 'gap', channel: message.channel, gap });
  }

  #renewAfter(board: BoardId, ms: number): void {
    this.#renewals.get(board)?.();
    this.#renewals.set(
      board,
      this.#context.host.schedule(ms, () => void this.#renew(board)),
    );
  }

  async #renew(board: BoardId): Promise<void> {
    const outcome = await this.#context.questions.ask((rid) => ({ t: 'lease', rid, board, action: 'renew' }));
    if (!this.#renewals.has(board)) return;
    if (outcome.ok && outcome.value.lease) this.granted(board, outcome.value.lease);
    // Refused: it is somebody else's now, which the boards channel tells.
    else if (!outcome.ok && outcome.error.code !== 'relay-offline') this.released(board);
    // Not answered: soon again. Offline: when the connection is back.
    else if (this.#isUp) this.#renewAfter(board, 1_000);
  }
}
