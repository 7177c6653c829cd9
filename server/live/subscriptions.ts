import { type ChannelName, channelKind, parseBoardChannel } from '../../src/contract/channel.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { encodeMessage } from '../bus/encode.ts';
import { appError, type Session } from '../relay/session.ts';
import type { ClientQueue } from './client-queue.ts';
import type { LiveContext } from './connection.ts';
import { type Reader, readLog, readState } from './reader.ts';

type Subscribe = Extract<ToRelay, { t: 'subscribe' }>;

/** What one connection reads. */
export class Subscriptions {
  readonly #session: Session;
  readonly #context: LiveContext;
  readonly #queue: ClientQueue;
  readonly #readers = new Map<ChannelName, Reader>();

  constructor(session: Session, context: LiveContext, queue: ClientQueue) {
    this.#session = session;
    this.#context = context;
    this.#queue = queue;
  }

  /** Opens a channel, or answers why not. */
  open(message: Subscribe): void {
    const opened = this.#tryOpen(message);
    const answer: FromRelay =
      'code' in opened
        ? { t: 'answer', rid: message.id, ok: false, error: opened }
        : { t: 'subscribed', id: message.id, channel: message.channel, kind: opened.kind, ...opened.reader.start };
    this.#queue.control(encodeMessage(answer));
    if ('code' in opened) return;
    this.#readers.set(message.channel, opened.reader);
    this.#watch(message.channel, 1);
    this.#queue.wake(opened.reader);
  }

  #tryOpen(message: Subscribe): AppError | { readonly kind: 'events' | 'state' | 'samples'; readonly reader: Reader } {
    const { channel } = message;
    const { maxSubscriptions } = this.#context.limits;
    if (this.#readers.has(channel)) return appError('bad-message', `${channel} is subscribed already`);
    if (this.#readers.size >= maxSubscriptions)
      return appError('limit-reached', `maxSubscriptions: ${maxSubscriptions}`);
    const kind = channelKind(channel);
    const reader = this.#read(message);
    return reader === undefined || kind === undefined
      ? appError('no-such-channel', `${channel} is not shared here`)
      : { kind, reader };
  }

  #read({ channel, since, rewind }: Subscribe): Reader | undefined {
    const { bus, limits, clock, relay } = this.#context;
    const wake = (): void => {
      const reader = this.#readers.get(channel);
      if (reader) this.#queue.wake(reader);
    };
    const options = { since, rewind, samplesLagBytes: limits.samplesLagBytes, now: clock.now, wake };
    if (channel === 'boards') return readState(bus.state(channel), options);
    const board = parseBoardChannel(channel)?.board;
    const log = board !== undefined && relay.boards.has(board) ? bus.log(channel) : undefined;
    return log && readLog(log, options);
  }

  close(channel: ChannelName): void {
    const reader = this.#readers.get(channel);
    if (reader === undefined) return;
    reader.close();
    this.#queue.forget(reader);
    this.#readers.delete(channel);
    this.#context.metrics.left.inc(reader.left);
    this.#watch(channel, -1);
  }

  closeAll(): void {
    for (const channel of [...this.#readers.keys()]) this.close(channel);
  }

  #watch(channel: ChannelName, by: 1 | -1): void {
    const board = parseBoardChannel(channel)?.board;
    if (board !== undefined) this.#context.relay.boards.watch(this.#session, board, by);
  }
}
