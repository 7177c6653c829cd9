import {
  type ChannelKind,
  type ChannelName,
  type Cursor,
  channelKind,
  isInternalChannel,
  parseBoardChannel,
} from '../../src/contract/channel.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import { appError, type Session } from '../relay/session.ts';
import type { ClientQueue } from './client-queue.ts';
import type { DeliveryContext } from './delivery.ts';
import { type Flow, LogReader, type ReaderHost } from './log-reader.ts';
import type { Reader } from './reader.ts';
import { StateReader } from './state-reader.ts';

/** Whoever reads: a session with the right to read, on a wire. */
export interface ReadingSession extends Session {
  mayRead(channel: ChannelName): boolean;
  /** Which keys of a state channel are for this reader; undefined: all. */
  keysOf(channel: ChannelName): ((key: string) => boolean) | undefined;
  /** Whether its wire takes several frames in one buffer. */
  readonly takesRuns: boolean;
  /** It fell behind on a channel, and asked to be closed then. */
  lagged(channel: ChannelName): void;
}

export type OpenedReader = { readonly kind: ChannelKind; readonly reader: Reader };

interface Slot {
  /** undefined while the bus is asked. */
  reader: Reader | undefined;
  cancelEvery: (() => void) | undefined;
  readyAt: number;
}

/** What one client reads, whatever wire it comes on. */
export class Subscriptions implements ReaderHost {
  readonly #session: ReadingSession;
  readonly #context: DeliveryContext;
  readonly #queue: ClientQueue;
  #slots: Map<ChannelName, Slot> | undefined;
  #closed = false;
  /** `every` of the readers that have one. */
  #every: Map<Reader, number> | undefined;

  constructor(session: ReadingSession, context: DeliveryContext, queue: ClientQueue) {
    this.#session = session;
    this.#context = context;
    this.#queue = queue;
  }

  get takesRuns(): boolean {
    return this.#session.takesRuns;
  }

  get size(): number {
    return this.#slots?.size ?? 0;
  }

  *readers(): Iterable<Reader> {
    for (const { reader } of this.#slots?.values() ?? []) if (reader) yield reader;
  }

  cursorOf(channel: ChannelName): Cursor | undefined {
    return this.#slots?.get(channel)?.reader?.cursor;
  }

  /** Opens a channel, or says why not. Resolves to undefined when it was closed meanwhile. {@link begin} is due after the answer. */
  async open(channel: ChannelName, flow: Flow): Promise<OpenedReader | AppError | undefined> {
    if (this.#closed) return undefined;
    const refusal = this.#refusal(channel);
    if (refusal) return refusal;
    const kind = channelKind(channel);
    if (kind === undefined) return noSuchChannel(channel);
    const slot: Slot = { reader: undefined, cancelEvery: undefined, readyAt: 0 };
    this.#slots ??= new Map();
    this.#slots.set(channel, slot);
    const reader = await this.#read(channel, kind, flow).catch((error: unknown) =>
      appError('limit-reached', error instanceof Error ? error.message : 'the channel cannot be opened now'),
    );
    const isGone = this.#slots?.get(channel) !== slot;
    if ('code' in reader) {
      if (!isGone) this.#slots?.delete(channel);
      return isGone ? undefined : reader;
    }
    if (isGone) {
      reader.close();
      return undefined;
    }
    slot.reader = reader;
    if (flow.every !== undefined) {
      this.#every ??= new Map();
      this.#every.set(reader, flow.every);
    }
    this.#watch(channel, 1);
    this.#context.presence.enter(channel, this.#session);
    return { kind, reader };
  }

  /** The answer is out: delivery begins. */
  begin(reader: Reader): void {
    const slot = this.#slots?.get(reader.channel);
    const every = this.#every?.get(reader);
    if (slot !== undefined && every !== undefined) slot.readyAt = this.#context.clock.now() + every;
    this.#queue.serve(reader);
  }

  #refusal(channel: ChannelName): AppError | undefined {
    const { maxSubscriptions, maxChannelNameChars } = this.#context.limits;
    if (channel.length > maxChannelNameChars)
      return appError('limit-reached', `maxChannelNameChars: ${maxChannelNameChars}`);
    if (this.#slots?.has(channel)) return appError('bad-message', `${channel} is subscribed already`);
    if (this.size >= maxSubscriptions) return appError('limit-reached', `maxSubscriptions: ${maxSubscriptions}`);
    if (isInternalChannel(channel)) return noSuchChannel(channel);
    if (!this.#session.mayRead(channel)) return appError('not-allowed', `your role does not let you read ${channel}`);
    return undefined;
  }

  async #read(channel: ChannelName, kind: ChannelKind, flow: Flow): Promise<Reader | AppError> {
    const { bus, relay, reading } = this.#context;
    const board = parseBoardChannel(channel)?.board;
    if (board !== undefined && (kind === 'state' || !relay.boards.has(board))) return noSuchChannel(channel);
    // The channels of a browser's own hub have the same kind of names; they are not here.
    if (channel === 'relay' || channel === 'hub') return noSuchChannel(channel);
    if (kind === 'state')
      return new StateReader(await bus.openState(channel), flow.since, this, this.#session.keysOf(channel));
    return new LogReader(await bus.openLog(channel), flow, reading, this);
  }

  wake(reader: Reader): void {
    const every = this.#every?.get(reader);
    if (every === undefined) this.#queue.wake(reader);
    else this.#wakeLater(reader, every);
  }

  /** Not before its time; what comes meanwhile waits in the channel. */
  #wakeLater(reader: Reader, everyMs: number): void {
    const slot = this.#slots?.get(reader.channel);
    if (slot === undefined || slot.cancelEvery !== undefined) return;
    const { clock } = this.#context;
    const now = clock.now();
    const waitMs = Math.min(everyMs, slot.readyAt - now);
    if (waitMs <= 0) {
      slot.readyAt = now + everyMs;
      this.#queue.wake(reader);
      return;
    }
    slot.cancelEvery = clock.schedule(waitMs, () => {
      slot.cancelEvery = undefined;
      slot.readyAt = clock.now() + everyMs;
      this.#queue.serve(reader);
    });
  }

  lagged(reader: Reader): void {
    this.#session.lagged(reader.channel);
  }

  close(channel: ChannelName): void {
    const slot = this.#slots?.get(channel);
    if (slot === undefined) return;
    this.#slots?.delete(channel);
    slot.cancelEvery?.();
    const { reader } = slot;
    if (reader === undefined) return;
    reader.close();
    this.#queue.forget(reader);
    this.#every?.delete(reader);
    this.#context.left(reader.counts);
    this.#watch(channel, -1);
    this.#context.presence.leave(channel, this.#session);
  }

  /** For good: nothing is opened any more. */
  closeAll(): void {
    this.#closed = true;
    for (const channel of [...(this.#slots?.keys() ?? [])]) this.close(channel);
  }

  #watch(channel: ChannelName, by: 1 | -1): void {
    const board = parseBoardChannel(channel)?.board;
    if (board !== undefined) this.#context.relay.boards.watch(this.#session, board, by);
  }
}

const noSuchChannel = (channel: ChannelName): AppError =>
  appError('no-such-channel', `${channel.slice(0, 128)} is not here`);
