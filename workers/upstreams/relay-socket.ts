import ReconnectingWebSocket from 'reconnecting-websocket';
import { FROM_RELAY, type FromRelay, RELAY_CLOSE } from '../../src/contract/from-relay.ts';
import { parseMessage } from '../../src/contract/parse-message.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { RELAY_SUBPROTOCOL, type ToRelay } from '../../src/contract/to-relay.ts';
import { backoffMs } from '../../src/lib/backoff.ts';

export interface RelaySocketOptions {
  readonly url: () => string;
  readonly WebSocket: typeof WebSocket | undefined;
  now(): EpochMs;
  schedule(ms: number, callback: () => void): () => void;
  readonly random: () => number;
  readonly onOpen: () => void;
  readonly onMessage: (message: FromRelay) => void;
  readonly onSamples: (buffer: ArrayBuffer) => void;
  /** The connection ended or could not be made; the next attempt is at `nextAt`. */
  readonly onDown: (reason: string, nextAt: EpochMs, attempt: number) => void;
  readonly onConnecting: () => void;
  /** The relay does not want us; there will be no further attempt. */
  readonly onRefused: (reason: string) => void;
  readonly onDrop: (reason: string) => void;
}

const PING_MS = 5_000;
/** Pings without any word from the relay before it is called stalled: 15 s. Counted in beats, so a clock jump is no stall. */
const SILENT_BEATS = 3;
const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that held so long is no failed attempt: the next break is tried from the beginning. */
const HEALTHY_MS = 10_000;
const BACKOFF = { firstMs: 500, mostMs: 30_000 };

/** Codes with which the relay says that coming back is of no use. */
const REFUSALS: readonly number[] = [RELAY_CLOSE.superseded, RELAY_CLOSE.contract];

/**
 * One connection to the relay that is made again for ever, with full jitter, until it is refused or closed. `reconnecting-websocket`
 * makes the sockets; the waiting is ours (it happens in the URL it waits for), and so is noticing a peer that stops talking.
 */
export class RelaySocket {
  readonly #options: RelaySocketOptions;
  readonly #socket: ReconnectingWebSocket;
  #attempt = 0;
  #nextDelayMs = 0;
  #silentBeats = 0;
  #closed = false;
  #cancelBeat: () => void = () => undefined;
  #cancelHealthy: () => void = () => undefined;
  #cancelWait: () => void = () => undefined;
  bytesIn = 0;
  bytesOut = 0;

  constructor(options: RelaySocketOptions) {
    this.#options = options;
    this.#socket = new ReconnectingWebSocket(() => this.#nextUrl(), [RELAY_SUBPROTOCOL], {
      ...(options.WebSocket && { WebSocket: options.WebSocket }),
      minReconnectionDelay: 0,
      maxReconnectionDelay: 0,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      maxEnqueuedMessages: 0,
    });
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('open', () => this.#onOpen());
    this.#socket.addEventListener('message', (event) => this.#onData(event.data));
    this.#socket.addEventListener('close', (event) => this.#onClose(event.code, event.reason));
    // An error is always followed by a close, which tells.
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === ReconnectingWebSocket.OPEN;
  }

  /** False: not connected, nothing was sent. */
  send(message: ToRelay): boolean {
    return this.sendText(JSON.stringify(message));
  }

  sendText(text: string): boolean {
    if (!this.isOpen) return false;
    this.bytesOut += text.length;
    this.#socket.send(text);
    return true;
  }

  sendSamples(buffer: ArrayBuffer): boolean {
    if (!this.isOpen) return false;
    this.bytesOut += buffer.byteLength;
    this.#socket.send(buffer);
    return true;
  }

  /** The relay said when to come back. An orderly goodbye is no failure either, however soon after the last one. */
  comeBackAfter(ms: number): void {
    this.#nextDelayMs = ms;
    this.#attempt = 0;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimers();
    this.#cancelWait();
    this.#socket.close();
  }

  async #nextUrl(): Promise<string> {
    if (this.#nextDelayMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#cancelWait = this.#options.schedule(this.#nextDelayMs, resolve);
      await promise;
    }
    this.#nextDelayMs = 0;
    if (!this.#closed) this.#options.onConnecting();
    return this.#options.url();
  }

  #onOpen(): void {
    if (this.#closed) return;
    this.#silentBeats = 0;
    this.#beat();
    this.#cancelHealthy = this.#options.schedule(HEALTHY_MS, () => {
      this.#attempt = 0;
    });
    this.#options.onOpen();
  }

  #beat(): void {
    this.#cancelBeat = this.#options.schedule(PING_MS, () => {
      this.#silentBeats++;
      if (this.#silentBeats > SILENT_BEATS) {
        this.#options.onDrop('stalled');
        // Gives the socket up without waiting for a close handshake that a stalled peer will not do.
        this.#socket.reconnect(4000, 'stalled');
        return;
      }
      this.send({ t: 'ping', at: this.#options.now() });
      this.#beat();
    });
  }

  #onData(data: unknown): void {
    if (this.#closed) return;
    this.#silentBeats = 0;
    if (data instanceof ArrayBuffer) {
      this.bytesIn += data.byteLength;
      this.#options.onSamples(data);
      return;
    }
    if (typeof data !== 'string') return;
    this.bytesIn += data.length;
    const parsed = parseMessage<FromRelay>(data, FROM_RELAY);
    if (parsed.is === 'message') this.#options.onMessage(parsed.message);
    else this.#options.onDrop(parsed.is);
  }

  #onClose(code: number, reason: string): void {
    if (this.#closed) return;
    this.#stopTimers();
    if (REFUSALS.includes(code)) {
      this.close();
      this.#options.onRefused(reason || `the relay closed the connection (${code})`);
      return;
    }
    this.#attempt++;
    if (this.#nextDelayMs === 0) this.#nextDelayMs = backoffMs(this.#attempt, BACKOFF, this.#options.random);
    const why = reason || (code === 1006 ? 'the relay cannot be reached' : `the relay closed the connection (${code})`);
    this.#options.onDown(why, this.#options.now() + this.#nextDelayMs, this.#attempt);
  }

  #stopTimers(): void {
    this.#cancelBeat();
    this.#cancelHealthy();
  }
}
