import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { type ChannelName, openChannelKind, parseBoardChannel } from '../../src/contract/channel.ts';
import { type FromRelay, RELAY_CLOSE } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import { parseMessage } from '../../src/contract/parse-message.ts';
import { isPlainPublish } from '../../src/contract/plain-publish.ts';
import { sampleChannelOf } from '../../src/contract/sample-batch.ts';
import { type HelloToRelay, TO_RELAY, type ToRelay } from '../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import type { Principal } from '../access/principal.ts';
import { TokenBucket } from '../access/token-bucket.ts';
import type { Published } from '../bus/bus.ts';
import { encodeMessage, toArrayBuffer } from '../bus/encode.ts';
import { appError, type Refusal } from '../relay/session.ts';
import { ClientQueue, type Outlet } from './client-queue.ts';
import type { LiveContext } from './live-context.ts';
import { publishOpen, publishSamples, weightOf } from './publishing.ts';
import { readBatch } from './read-batch.ts';
import type { Taken } from './reader.ts';
import { Refusals } from './refusals.ts';
import { type ReadingSession, Subscriptions } from './subscriptions.ts';
import { type PeerOwner, PeerSocket } from './web-socket.ts';

/** What others see of a client: nobody can take its place by knowing it. */
export const publicId = (secretId: string): ClientId =>
  createHash('sha256').update(secretId).digest('base64url').slice(0, 16);

/**
 * One WebSocket of `/live`.
 * ```text
 *  connected ──hello──▶ welcomed ──▶ closed
 *      └──(no hello in time · another contract)──▶ closed
 * ```
 */
export class Connection implements ReadingSession, PeerOwner, Outlet {
  client: ClientId = '';
  name = '';
  readonly who: Principal;
  /** When it was let in, EpochMs. */
  readonly since: number;
  /** Address of the other end, as the system tells it. */
  readonly address: string;
  readonly #peer: PeerSocket;
  readonly #deflate: boolean;
  readonly #context: LiveContext;
  readonly #queue: ClientQueue;
  readonly subscriptions: Subscriptions;
  #records: TokenBucket | undefined;
  #bytes: TokenBucket | undefined;
  #refusals: Refusals | undefined;
  #cancelHello: (() => void) | undefined;
  #welcomed = false;
  #closed = false;
  /** Liveness checks without a sign of life since. */
  #missed = 0;

  constructor(socket: Socket, deflate: boolean, who: Principal, context: LiveContext) {
    const { limits, clock, delivery, peers } = context;
    this.who = who;
    this.#context = context;
    this.since = clock.now();
    this.address = socket.remoteAddress ?? '';
    this.#deflate = deflate;
    this.#peer = new PeerSocket(socket, this, peers, deflate);
    this.#queue = new ClientQueue(this, delivery.queueing, () => this.#giveUp('not-reading'));
    this.subscriptions = new Subscriptions(this, delivery, this.#queue, {
      takesRuns: !deflate,
      onLagged: (channel) => this.close(RELAY_CLOSE['not-reading'], `too far behind on ${channel}`),
    });
    this.#cancelHello = clock.schedule(limits.helloMs, () =>
      this.close(RELAY_CLOSE['hello-timeout'], 'no hello in time'),
    );
  }

  /** Begins to listen; `head` came along with the upgrade. */
  start(head: Buffer): void {
    this.#peer.start(head);
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

  get waiting(): number {
    return this.#queue.waiting;
  }

  get pendingBytes(): number {
    return this.#peer.pendingBytes;
  }

  isFull(highBytes: number): boolean {
    return this.#peer.isFull(highBytes);
  }

  write(frame: Buffer): void {
    this.#peer.write(frame);
  }

  writeMany(frames: readonly Buffer[]): void {
    this.#peer.writeMany(frames);
  }

  form(taken: Taken): Buffer {
    return this.#deflate ? this.#context.deflated(taken) : taken.frame;
  }

  send(message: FromRelay): void {
    if (!this.#closed) this.#queue.control(encodeMessage(message));
  }

  close(code: number, reason: string): void {
    if (!this.#closed) this.#peer.close(code, reason);
  }

  terminate(): void {
    this.#peer.destroy();
  }

  /** A frame of the control lane that many get. */
  control(frame: Buffer): void {
    if (!this.#closed && this.#welcomed) this.#queue.control(frame);
  }

  /** Another connection of the same client took over: leaves at once, so that its boards can be claimed again. */
  supersede(): void {
    this.close(RELAY_CLOSE.superseded, 'another connection of this client took over');
    this.#leave();
  }

  /** Called at each beat: two without any sign of life end a half-open connection. */
  checkAlive(): void {
    if (this.#missed >= 2) {
      this.#giveUp('half-open');
      return;
    }
    this.#missed++;
    this.#peer.ping();
  }

  onPong(): void {
    this.#missed = 0;
  }

  onDrain(): void {
    this.#queue.pump();
  }

  onRefused(code: string): void {
    this.#context.metrics.refused.inc({ reason: code });
  }

  onClosed(): void {
    this.#leave();
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    this.#missed = 0;
    const { limits, clock } = this.#context;
    const now = clock.now();
    this.#bytes ??= new TokenBucket(limits.bytesPerSecond, limits.bytesBurst, now);
    const waitMs = this.#bytes.take(data.length, now);
    if (waitMs > 0) this.#refuse(appError('limit-reached', 'bytesPerSecond'), waitMs);
    else if (isBinary) this.#onSamples(data);
    else this.#onText(data.toString());
  }

  /** The peer does not take what we send, so it would not take a close frame either. */
  #giveUp(reason: string): void {
    this.#context.metrics.refused.inc({ reason });
    this.#peer.destroy();
  }

  #onSamples(bytes: Buffer): void {
    const { relay, bus } = this.#context.delivery;
    this.#context.counts.received('samples');
    if (!this.#welcomed) {
      this.close(1008, 'hello comes first');
      return;
    }
    if (!this.#takeRecords(1)) return;
    const buffer = toArrayBuffer(bytes);
    const channel = sampleChannelOf(buffer);
    if (channel === undefined || openChannelKind(channel) === undefined) {
      this.#refuse(relay.samples(this, buffer));
      return;
    }
    const batch = readBatch(buffer);
    if ('code' in batch) this.#refuse(batch);
    else if (!this.who.may('publish', channel)) this.#refuse(notAllowed(channel));
    else this.#refuse(publishSamples(bus, channel, batch, undefined, this.#tellIfRefused));
  }

  #onText(text: string): void {
    const parsed = parseMessage<ToRelay>(text, TO_RELAY, isPlainPublish);
    const { counts } = this.#context;
    if (parsed.is === 'unknown-type') {
      // A newer client says more than we know. Counted, and held to the same rate.
      counts.received('unknown');
      this.#takeRecords(1);
      return;
    }
    if (parsed.is === 'bad') {
      const error = appError('bad-message', parsed.reason);
      if (parsed.rid !== undefined && this.#welcomed) this.send({ t: 'answer', rid: parsed.rid, ok: false, error });
      this.#refuse(error);
      return;
    }
    const { message } = parsed;
    counts.received(message.t);
    if (message.t === 'hello') this.#hello(message);
    else if (!this.#welcomed) this.close(1008, 'hello comes first');
    else if (this.#takeRecords(recordsIn(message)) && this.#takeShared(message)) this.#handle(message);
  }

  /** What all connections of a principal, or all that concerns one board, may have together. */
  #takeShared(message: ToRelay): boolean {
    const { rates } = this.#context;
    if (message.t === 'publish' && this.who.kind !== 'open') {
      const waitMs = rates.publish(this.who.id, weightOf(message));
      if (waitMs > 0) return this.#refuseRate('publish-per-principal', waitMs, message.rid);
    }
    if (message.t === 'records' || message.t === 'gap') {
      const board = parseBoardChannel(message.channel)?.board;
      const waitMs = board === undefined ? 0 : rates.publishForBoard(board, recordsIn(message));
      if (waitMs > 0) return this.#refuseRate('publish-per-board', waitMs, undefined);
    }
    return true;
  }

  #refuseRate(limit: string, retryAfterMs: number, rid: number | undefined): false {
    const error = appError('limit-reached', limit);
    if (rid === undefined) this.#refuse(error, retryAfterMs);
    else this.send({ t: 'answer', rid, ok: false, error, retryAfterMs });
    return false;
  }

  #handle(message: Exclude<ToRelay, HelloToRelay>): void {
    const { relay } = this.#context.delivery;
    switch (message.t) {
      case 'ping':
        this.send({ t: 'pong', at: message.at, serverMs: this.#context.clock.now() });
        break;
      case 'name':
        this.name = message.name;
        relay.boards.renamed(this);
        break;
      case 'subscribe':
        void this.#subscribe(message);
        break;
      case 'unsubscribe':
        this.subscriptions.close(message.channel);
        break;
      case 'publish':
        this.#publish(message);
        break;
      default:
        this.#refuse(relay.handle(this, message));
    }
  }

  async #subscribe(message: Extract<ToRelay, { t: 'subscribe' }>): Promise<void> {
    const { id, channel, since, rewind, every, lag, onLag } = message;
    const opened = await this.subscriptions.open(channel, { since, rewind, every, lag, onLag });
    if (opened === undefined || this.#closed) return;
    if ('code' in opened) {
      this.send({ t: 'answer', rid: id, ok: false, error: opened });
      return;
    }
    const { start } = opened.reader;
    const from = start.gap ? since : undefined;
    this.send({ t: 'subscribed', id, channel, kind: opened.kind, ...start, from });
    this.subscriptions.begin(opened.reader);
  }

  #publish(message: Extract<ToRelay, { t: 'publish' }>): void {
    const { bus } = this.#context.delivery;
    const { t: _, rid, channel, ...publication } = message;
    const answer = rid === undefined ? this.#tellIfRefused : (outcome: Published) => this.send(answerOf(rid, outcome));
    const refusal = this.who.may('publish', channel)
      ? publishOpen(bus, channel, publication, answer)
      : notAllowed(channel);
    if (refusal === undefined) return;
    if (rid === undefined) this.#refuse(refusal);
    else this.send({ t: 'answer', rid, ok: false, error: refusal });
  }

  readonly #tellIfRefused = (outcome: Published): void => {
    if (!outcome.ok) this.#refuse(outcome.error, outcome.retryAfterMs);
  };

  #takeRecords(count: number): boolean {
    const { limits, clock } = this.#context;
    const now = clock.now();
    this.#records ??= new TokenBucket(limits.recordsPerSecond, limits.recordsBurst, now);
    const waitMs = this.#records.take(count, now);
    if (waitMs > 0) this.#refuse(appError('limit-reached', 'recordsPerSecond'), waitMs);
    return waitMs === 0;
  }

  #refuse(error: Refusal, retryAfterMs?: number): void {
    if (error === undefined || this.#closed) return;
    const { clock, metrics } = this.#context;
    this.#refusals ??= new Refusals(clock, metrics, (message) => this.send(message));
    if (!this.#refusals.tell(error, retryAfterMs)) this.close(1008, 'too many refused messages');
  }

  #hello(hello: HelloToRelay): void {
    const { server, build, limits, clock, onHello, delivery } = this.#context;
    if (this.#welcomed) {
      this.#refuse(appError('bad-message', 'hello was said already'));
      return;
    }
    if (hello.contract !== CONTRACT_VERSION) {
      this.#refuse(
        appError('contract-mismatch', `this server speaks contract ${CONTRACT_VERSION}, not ${hello.contract}`),
      );
      this.close(RELAY_CLOSE.contract, `contract ${CONTRACT_VERSION}`);
      return;
    }
    this.#cancelHello?.();
    this.#cancelHello = undefined;
    this.#welcomed = true;
    this.client = publicId(hello.client.id);
    this.name = hello.client.name;
    onHello(this);
    this.send({
      t: 'welcome',
      server,
      epoch: server,
      contract: CONTRACT_VERSION,
      build,
      client: this.client,
      limits: {
        messageBytes: limits.maxMessageBytes,
        recordsPerSecond: limits.recordsPerSecond,
        subscriptions: limits.maxSubscriptions,
      },
      now: clock.now(),
      degraded: delivery.bus.health().degraded,
    });
  }

  #leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelHello?.();
    this.#refusals?.close();
    this.subscriptions.closeAll();
    this.#queue.close();
    if (this.#welcomed) this.#context.delivery.relay.left(this);
    this.#context.onClose(this);
  }
}

const notAllowed = (channel: ChannelName) =>
  appError('not-allowed', `your role does not let you publish on ${channel}`);

const recordsIn = (message: ToRelay): number =>
  message.t === 'records' ? message.records.length : message.t === 'publish' ? weightOf(message) : 1;

const answerOf = (rid: number, outcome: Published): FromRelay =>
  outcome.ok
    ? {
        t: 'answer',
        rid,
        ok: true,
        lease: undefined,
        have: undefined,
        cursor: outcome.cursor,
        duplicate: outcome.duplicate,
      }
    : { t: 'answer', rid, ok: false, error: outcome.error, retryAfterMs: outcome.retryAfterMs };
