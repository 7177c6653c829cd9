import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { GatewayError } from './gateway-error.ts';

/** Questions of one origin at once; further ones wait for a connection. */
const MAX_SOCKETS = 16;
const KEPT_SOCKETS = 4;

export interface UpstreamRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
  /** From now to the answer's headers. */
  readonly timeoutMs: number;
  /** Its connection is its own and stays for long. */
  readonly isStream?: boolean;
  /** Ends it, whatever it is at. */
  readonly signal?: AbortSignal;
}

/** Connections to upstreams that are kept between questions. */
export class UpstreamConnections {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: KEPT_SOCKETS });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: KEPT_SOCKETS });

  /** Resolves with the answer's head; rejects with a {@link GatewayError}. Redirects are answers like others. */
  async open(asked: UpstreamRequest): Promise<IncomingMessage> {
    try {
      return await this.#once(asked);
    } catch (cause) {
      // A kept connection may end just when it is used again: nothing was answered, and a GET can be asked twice.
      if (asked.method === 'GET' && cause instanceof KeptConnectionError) return await this.#once(asked);
      throw cause;
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #once({ url, method, headers, body, timeoutMs, isStream, signal }: UpstreamRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isTls = url.protocol === 'https:';
      const agent = isStream ? false : isTls ? this.#https : this.#http;
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      const options = { method, headers: { ...headers, ...length }, agent, ...(signal && { signal }) };
      const request = isTls ? requestHttps(url, options) : requestHttp(url, options);
      const timer = setTimeout(() => {
        reject(new GatewayError('timeout'));
        request.destroy();
      }, timeoutMs);
      request.on('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      // An upgrade that nobody asked for.
      request.on('upgrade', (_response, socket) => socket.destroy());
      request.on('error', (cause: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const wasKept = request.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
        reject(wasKept ? new KeptConnectionError(cause) : new GatewayError('unreachable', { cause }));
      });
      request.on('close', () => clearTimeout(timer));
      request.end(body);
    });
  }
}

class KeptConnectionError extends GatewayError {
  constructor(cause: unknown) {
    super('unreachable', { cause });
  }
}

/** The whole body, if it is no longer than `maxBytes` and comes within `timeoutMs`. */
export async function readBody(response: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer> {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) {
    response.destroy();
    throw new GatewayError('answer-too-big');
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    response.destroy();
  }, timeoutMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) throw new GatewayError('answer-too-big');
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    if (isLate) throw new GatewayError('timeout', { cause });
    throw cause instanceof GatewayError ? cause : new GatewayError('cut', { cause });
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  if (isLate) throw new GatewayError('timeout');
  if (!response.complete) throw new GatewayError('cut');
  return Buffer.concat(chunks);
}
