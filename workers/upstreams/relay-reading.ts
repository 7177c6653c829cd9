import * as v from 'valibot';
import { commandUpdateSchema, consoleRecordSchema } from '../../src/contract/board-records-schema.ts';
import { type ChannelName, type Cursor, channelKind, type Gap, parseBoardChannel } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { type RelayClock, shiftAt, shiftTimes } from './relay-clock.ts';
import type { RelayQuestions } from './relay-questions.ts';
import type { RelaySocket } from './relay-socket.ts';
import { isServerChannel } from './server-channel.ts';
import type { UpstreamHost } from './upstream.ts';

interface Demand {
  /** Where the next record belongs; undefined before the first word. */
  cursor: Cursor | undefined;
  /** Of the last subscription, so that its answer and its refusal are recognised. */
  id: number;
  subscribed: boolean;
  /** A hole was seen: nothing is taken until the subscription that fills it is answered. */
  refilling: boolean;
  /** Where a hole was filled, or could not be: it is not asked for twice. */
  refilledAt: Cursor | undefined;
  /** Refused for a while: it is asked for again then. */
  cancelAgain: (() => void) | undefined;
}

/** Within these a relay says when to ask again, ms: it is not flooded, and nobody waits for what may be had long since. */
const MIN_AGAIN_MS = 100;
const MAX_AGAIN_MS = 60_000;

/** Of an open channel that nothing is known of yet: records, or ms of rows. A feed keeps far more than a page wants at its start. */
const OPEN_REWIND = { events: 1_000, samples: 300_000, state: undefined } as const;

/** When to ask again for what a relay refused for so long. */
export const againMs = (retryAfterMs: number): number => Math.min(Math.max(retryAfterMs, MIN_AGAIN_MS), MAX_AGAIN_MS);

export interface ReadingContext {
  readonly host: UpstreamHost;
  readonly socket: Pick<RelaySocket, 'send'>;
  readonly questions: Pick<RelayQuestions, 'nextRid'>;
  readonly clock: Pick<RelayClock, 'shiftMs'>;
  /** Whether the relay has told us of this board. */
  readonly isShared: (board: BoardId) => boolean;
  readonly onReceived: (records: number) => void;
  readonly onDrop: (reason: string, count?: number) => void;
}

type ChannelMessage = Extract<FromRelay, { t: 'events' | 'state' | 'gap' | 'subscribed' | 'thinned' }>;

/**
 * The channels of remote boards, and open channels, that somebody here looks at. What comes is to follow what came before, or a gap that says why not; if
 * neither, the missing part is read again on the same connection.
 * ```text
 *  wanted ──(board is shared)──▶ subscribed ──hole──▶ refilling ──subscribed, recovered or gap──▶ subscribed
 *    ▲                              │ refused
 *    └── the board changes, or the time the relay told is over
 * ```
 */
export class RelayReading {
  readonly #context: ReadingContext;
  readonly #demands = new Map<ChannelName, Demand>();
  #isUp = false;

  constructor(context: ReadingContext) {
    this.#context = context;
  }

  demand(channel: ChannelName, wanted: boolean, have: Cursor | undefined): void {
    const known = this.#demands.get(channel);
    if (wanted) {
      if (known) return;
      const nothing = { subscribed: false, refilling: false, refilledAt: undefined, cancelAgain: undefined };
      const fresh: Demand = { cursor: have, id: 0, ...nothing };
      this.#demands.set(channel, fresh);
      this.#subscribe(channel, fresh);
    } else if (known) {
      this.#demands.delete(channel);
      known.cancelAgain?.();
      if (known.subscribed) this.#context.socket.send({ t: 'unsubscribe', channel });
    }
  }

  up(): void {
    this.#isUp = true;
    for (const [channel, demand] of this.#demands) this.#subscribe(channel, demand);
  }

  down(): void {
    this.#isUp = false;
    for (const demand of this.#demands.values()) stop(demand);
  }

  /** The relay tells of a board: its channels can be subscribed to now. */
  appeared(board: BoardId): void {
    for (const [channel, demand] of this.#demands)
      if (parseBoardChannel(channel)?.board === board) this.#subscribe(channel, demand);
  }

  disappeared(board: BoardId): void {
    for (const [channel, demand] of this.#demands) {
      if (parseBoardChannel(channel)?.board !== board) continue;
      if (demand.subscribed) this.#context.socket.send({ t: 'unsubscribe', channel });
      stop(demand);
    }
  }

  /** The relay refused a subscription: it is asked for again after `retryAfterMs`, if it says so, or when the board changes. */
  refused(id: number, retryAfterMs: number | undefined): void {
    for (const [channel, demand] of this.#demands) {
      if (demand.id !== id) continue;
      stop(demand);
      if (retryAfterMs === undefined) continue;
      const again = (): void => this.#subscribe(channel, demand);
      demand.cancelAgain = this.#context.host.schedule(againMs(retryAfterMs), again);
    }
  }

  message(message: ChannelMessage): void {
    const demand = this.#demands.get(message.channel);
    if (demand === undefined) return;
    switch (message.t) {
      case 'subscribed':
        // An older one's answer, while another is on its way.
        if (message.id !== demand.id) break;
        demand.refilling = false;
        // What it could not recover is seen by the hub: its next record is further on, or of another epoch.
        demand.cursor = message.cursor;
        break;
      case 'events':
        this.#events(message, demand);
        break;
      case 'state':
        this.#state(message, demand);
        break;
      case 'gap':
        if (!demand.refilling) this.#gap(message, demand);
        break;
      case 'thinned':
        // Left out for us because we were behind: the curve that follows has the extremes, and the hub sees how many are missing.
        if (demand.refilling) break;
        if (message.n > 0) this.#context.onDrop('thinned', message.n);
        demand.cursor = message.cursor;
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
    const isOpen = isServerChannel(channel);
    if (demand === undefined || (!isOpen && parseBoardChannel(channel)?.part !== 'telemetry')) return;
    if (this.#hasHole(channel, demand, { epoch, offset })) return;
    // Rows of a board were stamped by its owner, on the relay's clock; what else there is has times of its own.
    if (!isOpen) shiftTimes(times, -this.#context.clock.shiftMs);
    demand.cursor = { epoch, offset: offset + times.length };
    this.#context.onReceived(times.length);
    this.#context.host.publish({ t: 'samples', channel, buffer });
  }

  close(): void {
    for (const demand of this.#demands.values()) stop(demand);
    this.#demands.clear();
  }

  #subscribe(channel: ChannelName, demand: Demand): void {
    const isOpen = isServerChannel(channel);
    // Before the first word about boards, or while this one is not shared: when it appears. Open channels: once we are in.
    const isThere = isOpen ? this.#isUp : this.#context.isShared(parseBoardChannel(channel)?.board ?? '');
    if (demand.subscribed || !isThere) return;
    demand.cancelAgain?.();
    demand.cancelAgain = undefined;
    const kind = channelKind(channel);
    const id = this.#context.questions.nextRid();
    demand.id = id;
    demand.subscribed = this.#context.socket.send({
      t: 'subscribe',
      id,
      channel,
      // A state comes whole, always.
      since: kind === 'state' ? undefined : demand.cursor,
      rewind: isOpen && demand.cursor === undefined && kind !== undefined ? OPEN_REWIND[kind] : undefined,
    });
  }

  /** True: this is not what comes next, and the rest was asked for again; whatever comes before that is left out. */
  #hasHole(channel: ChannelName, demand: Demand, from: Cursor): boolean {
    if (demand.refilling) return true;
    const { cursor, refilledAt } = demand;
    if (cursor === undefined || cursor.epoch !== from.epoch || from.offset <= cursor.offset) return false;
    // It was asked for already and did not come: the hub tells the hole.
    if (refilledAt?.epoch === cursor.epoch && refilledAt.offset === cursor.offset) return false;
    this.#context.onDrop('refilled');
    demand.refilledAt = cursor;
    this.#context.socket.send({ t: 'unsubscribe', channel });
    demand.subscribed = false;
    this.#subscribe(channel, demand);
    demand.refilling = demand.subscribed;
    return true;
  }

  #state(message: Extract<FromRelay, { t: 'state' }>, demand: Demand): void {
    const { channel, snapshot, puts, dels } = message;
    if (!isServerChannel(channel)) return;
    demand.cursor = message.cursor;
    this.#context.onReceived(puts.length);
    this.#context.host.publish({ t: 'state', channel, snapshot, puts, dels });
  }

  #events(message: Extract<FromRelay, { t: 'events' }>, demand: Demand): void {
    const { channel, epoch, from } = message;
    if (isServerChannel(channel)) {
      if (this.#hasHole(channel, demand, { epoch, offset: from })) return;
      demand.cursor = { epoch, offset: from + message.records.length };
      this.#context.onReceived(message.records.length);
      this.#context.host.publish({ t: 'events', channel, epoch, from, records: message.records });
      return;
    }
    const part = parseBoardChannel(channel)?.part;
    if (part !== 'console' && part !== 'commands') return;
    if (this.#hasHole(channel, demand, { epoch, offset: from })) return;
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

  #gap(message: Extract<FromRelay, { t: 'gap' }>, demand: Demand): void {
    const { channel, cursor, from } = message;
    // What is missing begins further on than where we are: the part before it was not told.
    if (from !== undefined && this.#hasHole(channel, demand, from)) return;
    const jumps = demand.cursor?.epoch === cursor.epoch && cursor.offset > demand.cursor.offset;
    demand.cursor = cursor;
    // A jump in the offsets is seen, and told, by the hub itself.
    if (jumps) return;
    const shiftMs = -this.#context.clock.shiftMs;
    const gap: Gap = { ...message.gap, fromMs: message.gap.fromMs + shiftMs, toMs: message.gap.toMs + shiftMs };
    this.#context.host.publish({ t: 'gap', channel, gap });
  }
}

/** It does not come now, and is not asked for again by itself. */
function stop(demand: Demand): void {
  demand.subscribed = false;
  demand.refilling = false;
  demand.cancelAgain?.();
  demand.cancelAgain = undefined;
}
