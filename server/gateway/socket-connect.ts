import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { GatewayError } from './gateway-error.ts';

/** The upstream did not take the socket; its own status. */
export interface Refused {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/**
 * Opens a socket to an upstream. It is paused: nothing of it is heard before somebody resumes it. Rejects with a
 * {@link GatewayError} when there was no answer at all.
 */
export function connectUpstream(
  url: URL,
  protocols: readonly string[],
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly maxBytes: number;
    /** Nobody waits for it any more. */
    readonly signal: AbortSignal;
  },
): Promise<WebSocket | Refused> {
  const address = new URL(url);
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(address, [...protocols], {
      headers: { 'User-Agent': 'hyphae', ...options.headers },
      handshakeTimeout: options.timeoutMs,
      maxPayload: options.maxBytes,
      perMessageDeflate: false,
      followRedirects: false,
    });
    let isSettled = false;
    options.signal.addEventListener('abort', () => ws.terminate(), { once: true });
    ws.on('open', () => {
      isSettled = true;
      ws.pause();
      resolve(ws);
    });
    ws.on('unexpected-response', (_request, response: IncomingMessage) => {
      isSettled = true;
      response.destroy();
      resolve({ status: response.statusCode ?? 502, retryAfter: response.headers['retry-after'] });
    });
    // Stays: after the opening it is the owner's business, and must not be nobody's.
    ws.on('error', (cause) => {
      if (isSettled) return;
      isSettled = true;
      const isLate = cause.message.includes('timed out');
      reject(new GatewayError(isLate ? 'timeout' : 'unreachable', { cause }));
    });
  });
}
