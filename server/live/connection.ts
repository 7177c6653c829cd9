import { createHash } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import { type FromRelay, RELAY_CLOSE } from '../../src/contract/from-relay.ts';
import type { ClientId } from '../../src/contract/ids.ts';
import { parseMessage } from '../../src/contract/parse-message.ts';
import { type HelloToRelay, TO_RELAY, type ToRelay } from '../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { TokenBucket } from '../access/token-bucket.ts';
import type { Bus } from '../bus/bus.ts';
import { encodeMessage, toArrayBuffer } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Metrics } from '../health.ts';
import type { Relay } from '../relay/relay.ts';
import { appError, type Refusal, type Session } from '../relay/session.ts';
import { ClientQueue } from './client-queue.ts';
import { Refusals } from './refusals.ts';
import { Subscriptions } from './subscriptions.ts';

/** What every connection shares. */
export interface LiveContext {
  readonly limits: Limits;
  readonly bus: Bus;
  readonly relay: Relay;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly server: string;
  readonly build: string;
  /** A client said hello; an older connection of the same client is to be closed. */
  readonly onHello: (connection: Connection) => void;
  readonly onClose: (connection: Connection) => void;
}

/** What others see of a client: nobody can take its place by knowing it. */
export const publicId = (secretId: string): ClientId =>
  createHash('sha256').update(secretId).digest('base64url').slice(0, 16);

/**
 * One socket of `/live`.
 * ```text
 *  connected ──hello──▶ welcomed ──▶ closed
 *      └──(no hello in time · another contract)──▶ closed
 * ```
 */
export class Connection implements Session {
  client: ClientId = '';
  name = '';
  readonly #socket: WebSocket;
  readonly #context: LiveContext;
  readonly #queue: ClientQueue;
  readonly #subscriptions: Subscriptions;
  readonly #records: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #refusals: Refusals;
  #cancelHello: (() => void) | undefined;
  #welcomed = false;
  #closed = false;
  /** Liveness checks without a sign of life since. */
  #missed = 0;

  constructor(socket: WebSocket, context: LiveContext) {
    const { limits, clock, metrics } = context;
    this.#socket = socket;
    this.#context = context;
    this.#records = new TokenBucket(limits.recordsPerSecond, limits.recordsBurst, clock.now());
    this.#bytes = new TokenBucket(limits.bytesPerSecond, limits.bytesBurst, clock.now());
    this.#refusals = new Refusals(clock, metrics, (message) => this.send(message));
    this.#queue = new ClientQueue(socket, {
      highBytes: limits.queueHighBytes,
      maxBytes: limits.queueMaxBytes,
      now: clock.now,
      onSent: (bytes, ageMs) => {
        metrics.deliveries.inc();
        metrics.deliveredBytes.inc(bytes);
        if (ageMs !== undefined) metrics.ageAtSocket.observe(ageMs / 1000);
      },
      onOverflow: () => this.#giveUp('not-reading'),
    });
    this.#subscriptions = new Subscriptions(this, context, this.#queue);
    this.#cancelHello = clock.schedule(limits.helloMs, () =>
      this.close(RELAY_CLOSE['hello-timeout'], 'no hello in time'),
    );
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => {
      this.#missed = 0;
    });
    socket.on('close', () => this.#onClose());
    // `ws` closes the socket itself after an error, with the right code; the reason is worth a count.
    socket.on('error', (error) =>
      metrics.refused.inc({ reason: 'code' in error ? String(error.code) : 'socket-error' }),
    );
  }

  send(message: FromRelay): void {
    if (!this.#closed) this.#queue.control(encodeMessage(message));
  }

  close(code: number, reason: string): void {
    if (!this.#closed) this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Another connection of the same client took over: leaves at once, so that its boards can be claimed again. */
  supersede(): void {
    this.close(RELAY_CLOSE.superseded, 'another connection of this client took over');
    this.#onClose();
  }

  /** Called at each beat: two without any sign of life end a half-open connection. */
  checkAlive(): void {
    if (this.#missed >= 2) {
      this.#giveUp('half-open');
      return;
    }
    this.#missed++;
    this.#socket.ping();
  }

  /** The peer does not take what we send, so it would not take a close frame either. */
  #giveUp(reason: string): void {
    this.#context.metrics.refused.inc({ reason });
    this.#socket.terminate();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    // After a refusal nothing more is taken, even if the peer is slow to leave.
    if (this.#closed || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#missed = 0;
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
    const waitMs = this.#bytes.take(bytes.length, this.#context.clock.now());
    if (waitMs > 0) this.#refuse(appError('limit-reached', 'bytesPerSecond'), waitMs);
    else if (isBinary) this.#onSamples(bytes);
    else this.#onText(bytes.toString());
  }

  #onSamples(bytes: Buffer): void {
    this.#context.metrics.received.inc({ type: 'samples' });
    if (!this.#welcomed) this.close(1008, 'hello comes first');
    else if (this.#takeRecords(1)) this.#refuse(this.#context.relay.samples(this, toArrayBuffer(bytes)));
  }

  #onText(text: string): void {
    const parsed = parseMessage<ToRelay>(text, TO_RELAY);
    if (parsed.is === 'unknown-type') {
      // A newer client says more than we know. Counted, and held to the same rate.
      this.#context.metrics.received.inc({ type: 'unknown' });
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
    this.#context.metrics.received.inc({ type: message.t });
    if (message.t === 'hello') this.#hello(message);
    else if (!this.#welcomed) this.close(1008, 'hello comes first');
    else if (this.#takeRecords(message.t === 'records' ? message.records.length : 1)) this.#handle(message);
  }

  #handle(message: Exclude<ToRelay, HelloToRelay>): void {
    switch (message.t) {
      case 'ping':
        this.send({ t: 'pong', at: message.at, serverMs: this.#context.clock.now() });
        break;
      case 'name':
        this.name = message.name;
        this.#context.relay.boards.renamed(this);
        break;
      case 'subscribe':
        this.#subscriptions.open(message);
        break;
      case 'unsubscribe':
        this.#subscriptions.close(message.channel);
        break;
      default:
        this.#refuse(this.#context.relay.handle(this, message));
    }
  }

  #takeRecords(count: number): boolean {
    const waitMs = this.#records.take(count, this.#context.clock.now());
    if (waitMs > 0) this.#refuse(appError('limit-reached', 'recordsPerSecond'), waitMs);
    return waitMs === 0;
  }

  #refuse(error: Refusal, retryAfterMs?: number): void {
    if (error !== undefined && !this.#refusals.tell(error, retryAfterMs)) this.close(1008, 'too many refused messages');
  }

  #hello(hello: HelloToRelay): void {
    const { server, build, limits, clock, onHello } = this.#context;
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
    });
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelHello?.();
    this.#refusals.close();
    this.#subscriptions.closeAll();
    this.#queue.close();
    if (this.#welcomed) this.#context.relay.left(this);
    this.#context.onClose(this);
  }
}
