import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { Principal } from '../access/principal.ts';
import { ClientQueue, type Outlet } from './client-queue.ts';
import type { DeliveryContext } from './delivery.ts';
import { controlEvent, cursorText, eventOf, isSnapshot, withoutId } from './event-stream-form.ts';
import type { Flow } from './log-reader.ts';
import type { Reader, Taken } from './reader.ts';
import { type ReadingSession, Subscriptions } from './subscriptions.ts';

const NOTHING = Buffer.alloc(0);
const ALIVE = Buffer.from(':\n\n');
const END = Buffer.from('\n');

/** One client of `/sse`: the same readers as on `/live`, written as Server-Sent Events. It only listens. */
export class EventStream implements ReadingSession, Outlet {
  readonly client: ClientId;
  name: string;
  readonly who: Principal;
  /** When it was let in, EpochMs. */
  readonly since: number;
  /** Address of the other end, as the system tells it. */
  readonly address: string;
  readonly subscriptions: Subscriptions;
  readonly #socket: Socket;
  readonly #context: DeliveryContext;
  readonly #queue: ClientQueue;
  readonly #onClose: (stream: EventStream) => void;
  #closed = false;
  /** Channels that were asked for. */
  #asked: ReadonlyMap<ChannelName, Flow> = new Map();
  #marked = false;
  /** Beats at which something waited and nothing was taken. */
  #stuck = 0;
  #lastWritten = 0;

  /** `response`: its head is written here, and its body is ours to write until the end. */
  constructor(
    response: ServerResponse,
    options: { readonly who: Principal; readonly client: ClientId; readonly onClose: (stream: EventStream) => void },
    context: DeliveryContext,
  ) {
    const { who, client, onClose } = options;
    if (response.socket === null) throw new Error('the client is gone already');
    this.#socket = response.socket;
    this.who = who;
    this.client = client;
    this.name = who.name;
    this.#context = context;
    this.since = context.clock.now();
    this.address = this.#socket.remoteAddress ?? '';
    this.#onClose = onClose;
    this.#queue = new ClientQueue(this, context.queueing);
    this.subscriptions = new Subscriptions(this, context, this.#queue);
    // Without a length and without chunks the body ends with the connection: its bytes are the same for every client.
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    this.#socket.setTimeout(0);
    this.#socket.setNoDelay(true);
    this.#socket.on('drain', () => this.#queue.pump());
    response.on('close', () => this.#leave());
  }

  get principal(): string {
    return this.who.id;
  }

  may(verb: 'watch' | 'command' | 'share' | 'own', board: BoardId): boolean {
    return this.who.may(verb, board);
  }

  mayRead(channel: ChannelName): boolean {
    return this.who.may('subscribe', channel);
  }

  keysOf(channel: ChannelName): ((key: string) => boolean) | undefined {
    return this.who.keysOf(channel);
  }

  /** An event is not a frame: each is made on its own. */
  get takesRuns(): boolean {
    return false;
  }

  lagged(): void {
    this.end();
  }

  overflowed(): void {
    this.#socket.destroy();
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  isFull(highBytes: number): boolean {
    if (this.#closed || this.#socket.destroyed) return true;
    if (this.#socket.writableLength < highBytes) return false;
    if (!this.#socket.writableNeedDrain && !this.#marked) {
      // Below its own mark a socket tells of no room; what is written behind the bytes does.
      this.#marked = true;
      this.#socket.write(NOTHING, () => {
        this.#marked = false;
        this.#queue.pump();
      });
    }
    return true;
  }

  write(bytes: Buffer): void {
    if (!this.#closed) this.#socket.write(bytes);
  }

  writeMany(parts: readonly Buffer[]): void {
    if (this.#closed) return;
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  form(taken: Taken, reader: Reader): Buffer {
    taken.sse ??= eventOf(taken, reader.channel, reader.cursor);
    // With several channels an id of one would make a client that is cut here forget where it is on the others.
    if (this.#asked.size < 2) return taken.sse;
    const event = withoutId(taken.sse);
    const place = reader.kind === 'state' && isSnapshot(taken) ? this.#place() : undefined;
    // A snapshot replaces what the client had: who is cut right behind it must not come back with a place from before it.
    return place === undefined ? event : Buffer.concat([place, event]);
  }

  /** With several channels no event alone can say how far all of them are: an id without an event does. */
  mark(): Buffer | undefined {
    return this.#asked.size < 2 ? undefined : this.#placeAlone();
  }

  #placeAlone(): Buffer | undefined {
    const place = this.#place();
    return place && Buffer.concat([place, END]);
  }

  /** Where the client is on all that it asked for: of a channel that is not open (yet), where it was before. One line of an event. */
  #place(): Buffer | undefined {
    const cursors: string[] = [];
    for (const [channel, { since }] of this.#asked) {
      const cursor = this.subscriptions.cursorOf(channel) ?? since;
      if (cursor !== undefined) cursors.push(cursorText(channel, cursor));
    }
    return cursors.length === 0 ? undefined : Buffer.from(`id: ${cursors.join(' ')}\n`);
  }

  send(message: FromRelay): void {
    if (!this.#closed) this.#queue.control(controlEvent(message));
  }

  control(event: Buffer): void {
    if (!this.#closed) this.#queue.control(event);
  }

  /** Opens channels one after the other. The place is told before anything comes: who is cut on a quiet channel resumes, too. */
  async subscribe(channels: ReadonlyMap<ChannelName, Flow>): Promise<void> {
    this.#asked = channels;
    const readers: Reader[] = [];
    let id = 0;
    for (const [channel, flow] of channels) {
      const reader = await this.#open(id++, channel, flow);
      if (reader) readers.push(reader);
    }
    const place = this.#placeAlone();
    if (place !== undefined) this.control(place);
    for (const reader of readers) this.subscriptions.begin(reader);
  }

  async #open(id: number, channel: ChannelName, flow: Flow): Promise<Reader | undefined> {
    const opened = await this.subscriptions.open(channel, flow);
    if (opened === undefined || this.#closed) return undefined;
    if ('code' in opened) {
      this.send({ t: 'answer', rid: id, ok: false, error: opened });
      return undefined;
    }
    const { start } = opened.reader;
    const from: Cursor | undefined = start.gap ? flow.since : undefined;
    this.send({ t: 'subscribed', id, channel, kind: opened.kind, ...start, from });
    return opened.reader;
  }

  /** Called at each beat: a comment keeps proxies awake; who takes nothing for three beats is not there. */
  checkAlive(): void {
    if (this.pendingBytes === 0) {
      this.#stuck = 0;
      this.write(ALIVE);
      return;
    }
    const taken = this.#socket.bytesWritten - this.pendingBytes;
    this.#stuck = taken === this.#lastWritten ? this.#stuck + 1 : 0;
    this.#lastWritten = taken;
    if (this.#stuck >= 3) this.#socket.destroy();
  }

  /** `afterMs`: when the client is to come back. */
  reconnect(afterMs: number, reason: string): void {
    if (this.#closed) return;
    this.write(Buffer.from(`retry: ${afterMs}\n`));
    this.send({ t: 'reconnect', afterMs, reason });
    this.end();
  }

  /** What is pending still goes out, but not for long. */
  end(): void {
    if (this.#closed) return;
    this.#leave();
    const cancel = this.#context.clock.schedule(this.#context.limits.closeMs, () => this.#socket.destroy());
    this.#socket.once('close', cancel);
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.subscriptions.closeAll();
    this.#queue.close();
    this.#context.relay.left(this);
    this.#onClose(this);
  }
}
