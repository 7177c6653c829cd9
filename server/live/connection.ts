import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ChannelName } from '../../src/contract/channel.ts';
import { type FromRelay, RELAY_CLOSE } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import { parseMessage } from '../../src/contract/parse-message.ts';
import { isPlainPublish } from '../../src/contract/plain-publish.ts';
import { type HelloToRelay, TO_RELAY, type ToRelay } from '../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import type { Principal } from '../access/principal.ts';
import { encodeMessage } from '../bus/encode.ts';
import { appError, type Refusal } from '../relay/session.ts';
import { type PeerOwner, PeerSocket } from '../wire/web-socket.ts';
import { ClientQueue, type Outlet } from './client-queue.ts';
import { ClientRates, type Exceeded } from './client-rates.ts';
import { handleMessage, handleSamples, type Sender } from './handle-message.ts';
import type { LiveContext } from './live-context.ts';
import type { Taken } from './reader.ts';
import { Refusals } from './refusals.ts';
import { Subscriptions } from './subscriptions.ts';

/** What others see of a client: nobody can take its place by knowing it. */
export const publicId = (secretId: string): ClientId => hash('sha256', secretId, 'base64url').slice(0, 16);

/**
 * One WebSocket of `/live`.
 * ```text
 *  connected ──hello──▶ welcomed ──▶ closed
 *      └──(no hello in time · another contract)──▶ closed
 * ```
 */
export class Connection implements Sender, PeerOwner, Outlet {
  client: ClientId = '';
  name = '';
  readonly who: Principal;
  /** When it was let in, EpochMs. */
  readonly since: number;
  readonly #peer: PeerSocket;
  readonly #deflate: boolean;
  readonly #context: LiveContext;
  readonly #queue: ClientQueue;
  readonly subscriptions: Subscriptions;
  #rates: ClientRates | undefined;
  #refusals: Refusals | undefined;
  #cancelHello: (() => void) | undefined;
  #welcomed = false;
  #closed = false;
  /** Liveness checks without a sign of life since. */
  #missed = 0;
  /** What the peer had taken at the last check. */
  #taken = 0;

  constructor(socket: Socket, deflate: boolean, who: Principal, context: LiveContext) {
    const { limits, clock, delivery, peers } = context;
    this.who = who;
    this.#context = context;
    this.since = clock.now();
    this.#deflate = deflate;
    this.#peer = new PeerSocket(socket, this, peers, deflate);
    this.#queue = new ClientQueue(this, delivery.queueing);
    this.subscriptions = new Subscriptions(this, delivery, this.#queue);
    this.#cancelHello = clock.schedule(limits.helloMs, () =>
      this.close(RELAY_CLOSE['hello-timeout'], 'no hello in time'),
    );
  }

  /** Begins to listen; `head` came along with the upgrade. */
  start(head: Buffer): void {
    this.#peer.start(head);
  }

  /** Address of the other end, as the system tells it. */
  get address(): string {
    return this.#peer.address;
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

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Compressed frames are made one by one. */
  get takesRuns(): boolean {
    return !this.#deflate;
  }

  /** It asked to be closed when it falls behind. */
  lagged(channel: ChannelName): void {
    this.close(RELAY_CLOSE['not-reading'], `too far behind on ${channel}`);
  }

  overflowed(): void {
    this.#giveUp('not-reading');
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

  /**
   * Called at each beat: two without any sign of life end a half-open connection. To go on taking what waits is one: our ping is
   * somewhere behind it.
   */
  checkAlive(): void {
    const taken = this.#peer.takenBytes;
    if (this.#peer.pendingBytes > 0 && taken > this.#taken) this.#missed = 0;
    this.#taken = taken;
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
    this.#rates ??= new ClientRates(this.#context);
    const exceeded = this.#rates.bytes(data.length);
    if (exceeded) this.#refuseRate(exceeded);
    else if (isBinary) this.#onSamples(data);
    else this.#onText(data.toString());
  }

  /** The peer does not take what we send, so it would not take a close frame either. */
  #giveUp(reason: string): void {
    this.#context.metrics.refused.inc({ reason });
    this.#peer.destroy();
  }

  #onSamples(bytes: Buffer): void {
    this.#context.counts.received('samples');
    const exceeded = this.#rates?.batch(this.#rated);
    if (!this.#welcomed) this.close(1008, 'hello comes first');
    else if (exceeded) this.#refuseRate(exceeded);
    else handleSamples(this, bytes, this.#context);
  }

  #onText(text: string): void {
    const parsed = parseMessage<ToRelay>(text, TO_RELAY, isPlainPublish);
    const { counts } = this.#context;
    if (parsed.is === 'unknown-type') {
      // A newer client says more than we know. Counted, and held to the same rate.
      counts.received('unknown');
      const exceeded = this.#rates?.records(1);
      if (exceeded) this.#refuseRate(exceeded);
      return;
    }
    if (parsed.is === 'bad') {
      const error = appError('bad-message', parsed.reason);
      if (parsed.rid !== undefined && this.#welcomed) this.send({ t: 'answer', rid: parsed.rid, ok: false, error });
      this.refuse(error);
      return;
    }
    const { message } = parsed;
    counts.received(message.t);
    if (message.t === 'hello') this.#hello(message);
    else if (!this.#welcomed) this.close(1008, 'hello comes first');
    else this.#onAsked(message);
  }

  #onAsked(message: Exclude<ToRelay, HelloToRelay>): void {
    const exceeded = this.#rates?.message(message, this.#rated);
    if (exceeded === undefined) {
      handleMessage(this, message, this.#context);
      return;
    }
    // Whoever waits for an answer gets one.
    const rid = 'rid' in message ? message.rid : message.t === 'subscribe' ? message.id : undefined;
    this.#refuseRate(exceeded, rid);
  }

  /** Whose rate its publications count against, beside its own. */
  get #rated(): string | undefined {
    return this.who.kind === 'open' ? undefined : this.who.id;
  }

  #refuseRate({ limit, retryAfterMs }: Exceeded, rid?: number): void {
    this.refuse(appError('limit-reached', limit), retryAfterMs, rid);
  }

  /** `rid`: of the question that this answers. */
  refuse(error: Refusal, retryAfterMs?: number, rid?: number): void {
    if (error === undefined || this.#closed) return;
    const { clock, metrics } = this.#context;
    this.#refusals ??= new Refusals(clock, metrics, (message) => this.send(message));
    if (!this.#refusals.tell(error, retryAfterMs, rid)) this.close(1008, 'too many refused messages');
  }

  #hello(hello: HelloToRelay): void {
    const { server, build, limits, clock, onHello, delivery } = this.#context;
    if (this.#welcomed) {
      this.refuse(appError('bad-message', 'hello was said already'));
      return;
    }
    if (hello.contract !== CONTRACT_VERSION) {
      this.refuse(
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
