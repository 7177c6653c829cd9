import { type Attempt, deepest } from './attempt.ts';
import { isHtml, readBadAnswer, whyBad } from './bad-answer.ts';
import type { LineEnv } from './line-env.ts';
import { readSse } from './sse-reader.ts';
import { whyClosed } from './why-closed.ts';

export interface SocketNews {
  /** What is known of how it ended; the library's own words say less. */
  onEnd(why: string): void;
  onTooLarge(): void;
}

const RECORD_END = '\x1e';

/** What comes first is the answer to the handshake, which the library wants in one piece. */
function inOnePiece(give: (text: string) => void): (text: string) => void {
  let held: string | undefined = '';
  return (text) => {
    if (held === undefined) {
      give(text);
      return;
    }
    held += text;
    if (!held.includes(RECORD_END) && held.length < 65_536) return;
    const whole = held;
    held = undefined;
    give(whole);
  };
}

/** The part of `WebSocket` that the library uses, over a socket that is counted, and closed when the attempt is over. */
export function attemptSockets(env: LineEnv, attempt: Attempt, news: SocketNews): typeof WebSocket | undefined {
  const { WebSocket: Socket } = env;
  if (Socket === undefined) return undefined;

  class AttemptSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    onopen: ((event: Event) => void) | null = null;
    onmessage: ((event: { readonly data: unknown }) => void) | null = null;
    onclose: ((event: unknown) => void) | null = null;
    onerror: ((event: Event) => void) | null = null;
    binaryType: BinaryType = 'arraybuffer';
    readonly #socket: WebSocket;

    // Node's library takes headers as a third argument; browsers have no place for them.
    constructor(url: string, protocols?: string | string[], options?: unknown) {
      const Any = Socket as unknown as new (...args: unknown[]) => WebSocket;
      this.#socket = options === undefined ? new Any(url) : new Any(url, protocols ?? [], options);
      const socket = this.#socket;
      socket.binaryType = 'arraybuffer';
      const give = inOnePiece((data) => this.onmessage?.({ data }));
      // A message of bytes may end inside a character.
      const decoder = new TextDecoder();
      let wasOpen = false;
      socket.addEventListener('open', (event) => {
        wasOpen = true;
        this.onopen?.(event);
      });
      socket.addEventListener('error', (event) => this.onerror?.(event));
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (attempt.over) return;
        const text = typeof data === 'string' ? data : decoder.decode(data as ArrayBuffer, { stream: true });
        attempt.heard(text.length);
        give(text);
      });
      socket.addEventListener('close', (event) => {
        const { code, reason } = event;
        news.onEnd(whyClosed(code, reason, wasOpen, undefined));
        this.onclose?.({ code, reason, wasClean: event.wasClean });
      });
      // One that is open is closed by the library, after its goodbye; one that is not would be waited for.
      const onOver = (): void => {
        if (socket.readyState === AttemptSocket.CONNECTING) socket.close();
      };
      if (attempt.over) onOver();
      attempt.signal.addEventListener('abort', onOver, { once: true });
    }

    get readyState(): number {
      return this.#socket.readyState;
    }

    send(data: string): void {
      this.#socket.send(data);
    }

    close(code?: number, reason?: string): void {
      this.#socket.close(code, reason);
    }
  }

  return AttemptSocket as unknown as typeof WebSocket;
}

/** The part of `EventSource` that the library uses, by `fetch`: counted, bounded, and there in every worker and in Node. */
export function attemptEventSources(
  env: LineEnv,
  attempt: Attempt,
  maxBytes: number,
  news: SocketNews,
): typeof EventSource {
  class AttemptEventSource {
    onopen: (() => void) | null = null;
    onmessage: ((event: { readonly data: string }) => void) | null = null;
    onerror: ((event: { readonly type: 'error' }) => void) | null = null;
    readonly #aborter = new AbortController();

    constructor(url: string, init?: { readonly headers?: Record<string, string> }) {
      const abort = (): void => this.#aborter.abort();
      if (attempt.over) abort();
      attempt.signal.addEventListener('abort', abort, { once: true });
      this.#read(url, init?.headers?.Authorization)
        .catch((cause: unknown) => news.onEnd(`the connection broke: ${deepest(cause)}`))
        .finally(() => {
          attempt.signal.removeEventListener('abort', abort);
          this.onerror?.({ type: 'error' });
        });
    }

    close(): void {
      this.onerror = null;
      this.onmessage = null;
      this.#aborter.abort();
    }

    async #read(url: string, authorization: string | undefined): Promise<void> {
      const { fetch } = env;
      const headers = { accept: 'text/event-stream', ...(authorization !== undefined && { authorization }) };
      const response = await fetch(url, { headers, cache: 'no-store', signal: this.#aborter.signal });
      const type = response.headers.get('content-type') ?? '';
      if (response.status !== 200 || !type.startsWith('text/event-stream') || response.body === null) {
        const answer = await readBadAnswer(response, env.now());
        news.onEnd(
          isHtml(answer.type, answer.body) ? 'HTML instead of an event stream' : whyBad(answer, 'an event stream'),
        );
        return;
      }
      const give = inOnePiece((data) => this.onmessage?.({ data }));
      const feed = readSse({ maxBytes, onEvent: ({ data }) => give(data), onTooLarge: () => news.onTooLarge() });
      this.onopen?.();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#aborter.signal.aborted) break;
        attempt.heard(value.byteLength);
        feed(value);
      }
      news.onEnd('the hub ended the stream');
    }
  }

  return AttemptEventSource as unknown as typeof EventSource;
}
