import ReconnectingWebSocket from 'reconnecting-websocket';
import type { WebSocketLine, WebSocketOptions } from '../line.ts';
import { addressOf } from './address.ts';
import type { Attempt } from './attempt.ts';
import { LineCore } from './line-core.ts';
import type { LineEnv, Owned } from './line-env.ts';
import { asWebSocketUrl } from './shown-url.ts';
import { watchedSockets } from './watched-sockets.ts';
import { whyClosed } from './why-closed.ts';

const MOST_BYTES = 1 << 20;
/** What may wait in a socket that its peer does not read, bytes. More is not sent, and counted. */
const MOST_UNSENT_BYTES = 4 << 20;
/** Pings in a row without one byte from the other side. */
const UNANSWERED = 2;

export const websocketLine = (env: LineEnv, options: WebSocketOptions): WebSocketLine & Owned =>
  new WebsocketTransport(env, options);

class WebsocketTransport extends LineCore implements WebSocketLine {
  readonly #options: WebSocketOptions;
  #send: ((data: string | Uint8Array<ArrayBuffer>) => boolean) | undefined;

  constructor(env: LineEnv, options: WebSocketOptions) {
    super(env, options, 'websocket');
    this.#options = options;
    if (typeof options.path === 'string') this.goesTo(asWebSocketUrl(env.resolve(options.path)));
  }

  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    return this.#send?.(data) ?? false;
  }

  protected connect(attempt: Attempt): () => void {
    let close: (() => void) | undefined;
    addressOf(this.env, this.#options.path, attempt, (address) => {
      const url = asWebSocketUrl(address);
      this.goesTo(url);
      close = this.#dial(url, attempt);
    });
    return () => close?.();
  }

  /**
   * `reconnecting-websocket` makes the socket, times its opening and closes it; when to try again is the line's, so each try is a new
   * one with no retries. How it ended is asked of the socket itself: after an error the library says 1000 whatever happened.
   */
  #dial(url: string, attempt: Attempt): () => void {
    const { env } = this;
    if (env.WebSocket === undefined) throw new Error('this browser has no WebSocket');
    let ended = { code: 1000, reason: '' };
    const Socket = watchedSockets(env.WebSocket, {
      onClose: (code, reason, error) => {
        ended = { code, reason };
        attempt.lost(whyClosed(code, reason, attempt.isOpen, error), this.#options.judgeClose?.(code, reason));
      },
      onImpossible: (why) => attempt.lost(why),
    });
    const socket = new ReconnectingWebSocket(url, [...(this.#options.protocols ?? [])], {
      WebSocket: Socket,
      maxRetries: 0,
      maxEnqueuedMessages: 0,
      // Ours ends it first; this one is for a clock that stands still.
      connectionTimeout: this.handshakeMs + 5_000,
    });
    socket.binaryType = 'arraybuffer';
    const onMessage = ({ data }: { readonly data: unknown }): void => this.#onData(data, attempt);
    let stopPings: (() => void) | undefined;
    const onOpen = (): void => {
      if (attempt.over) return;
      this.#send = (data) => this.#sendNow(socket, data, attempt);
      stopPings = this.#ping(attempt);
      attempt.opened();
      if (!attempt.over) this.guard(() => this.#options.onOpen?.(this));
    };
    socket.addEventListener('open', onOpen);
    socket.addEventListener('message', onMessage);
    return () => {
      socket.removeEventListener('open', onOpen);
      socket.removeEventListener('message', onMessage);
      stopPings?.();
      this.#send = undefined;
      socket.close();
      if (attempt.openedAt !== undefined) this.afterwards(() => this.#options.onClose?.(ended.code, ended.reason));
    };
  }

  #onData(data: unknown, attempt: Attempt): void {
    if (!(typeof data === 'string' || data instanceof ArrayBuffer)) return;
    // Text is measured in characters: exact for what our peers send, and free.
    const bytes = typeof data === 'string' ? data.length : data.byteLength;
    attempt.heard(bytes);
    if (bytes > (this.#options.maxBytes ?? MOST_BYTES)) {
      this.out.count('dropped', 'too-large', `${bytes} bytes`);
      attempt.lost(`a message of ${bytes} bytes, more than is taken`);
      return;
    }
    this.#pong?.(data);
    const form = typeof data === 'string' ? 'text' : 'binary';
    attempt.frame({ form, bytes, data }, (out) => this.#options.onMessage(data, out, this));
  }

  #sendNow(socket: ReconnectingWebSocket, data: string | Uint8Array<ArrayBuffer>, attempt: Attempt): boolean {
    if (!attempt.isOpen || socket.readyState !== ReconnectingWebSocket.OPEN) return false;
    if (socket.bufferedAmount > MOST_UNSENT_BYTES) {
      this.out.count('dropped', 'send-buffer-full');
      return false;
    }
    socket.send(data);
    const isText = typeof data === 'string';
    attempt.sent({ form: isText ? 'text' : 'binary', bytes: isText ? data.length : data.byteLength, data });
    return true;
  }

  #pong: ((data: string | ArrayBuffer) => void) | undefined;

  #ping(attempt: Attempt): () => void {
    const { ping } = this.#options;
    if (ping === undefined) return () => undefined;
    let unanswered = 0;
    let saidAt = this.env.mono();
    let isAsked = false;
    this.#pong = (data) => {
      if (!isAsked || typeof data !== 'string' || ping.isPong?.(data) !== true) return;
      isAsked = false;
      this.measured(this.env.mono() - saidAt);
    };
    const say = (): void => {
      unanswered = isAsked && attempt.heardAt <= saidAt ? unanswered + 1 : 0;
      if (unanswered >= UNANSWERED) {
        attempt.lost(`no answer to ${UNANSWERED} pings`);
        return;
      }
      saidAt = this.env.mono();
      isAsked = true;
      this.send(ping.frame());
      cancel = this.env.schedule(ping.everyMs, say);
    };
    let cancel = this.env.schedule(ping.everyMs, say);
    return () => {
      cancel();
      this.#pong = undefined;
    };
  }
}
