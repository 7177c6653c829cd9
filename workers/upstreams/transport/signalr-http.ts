import { HttpClient, HttpError, type HttpRequest, HttpResponse, TimeoutError } from '@microsoft/signalr';
import type { BadAnswer } from '../line.ts';
import type { Attempt } from './attempt.ts';
import { isHtml, readBadAnswer } from './bad-answer.ts';
import type { LineEnv } from './line-env.ts';
import { readCapped } from './read-capped.ts';

/** Of one answer: a long poll may carry many records. */
const MOST_BYTES = 8 << 20;
/** A hub lets a long poll wait for about 90 s; the library asks anew after 100. */
export const LONG_POLL_SILENT_MS = 120_000;
/** So long a goodbye may take when nobody waits for it any more. */
const GOODBYE_MS = 2_000;

export interface HttpWatcher {
  /** An answer that ends the attempt. */
  onBadAnswer(answer: BadAnswer, isHtml: boolean): void;
  onTooLarge(): void;
  onUnreachable(cause: unknown): void;
}

/** The library's requests over the line's own `fetch`: counted, bounded, and over when the attempt is. */
export class AttemptHttpClient extends HttpClient {
  readonly #env: LineEnv;
  readonly #attempt: Attempt;
  readonly #watcher: HttpWatcher;

  constructor(env: LineEnv, attempt: Attempt, watcher: HttpWatcher) {
    super();
    this.#env = env;
    this.#attempt = attempt;
    this.#watcher = watcher;
  }

  override async send(request: HttpRequest): Promise<HttpResponse> {
    const { method = 'GET', url = '', content } = request;
    // A long poll is given up with a DELETE, which the hub must hear though the attempt is over.
    const isGoodbye = method === 'DELETE';
    const isLongPoll = method === 'GET';
    if (isLongPoll) this.#attempt.allowSilence(LONG_POLL_SILENT_MS);
    const aborter = new AbortController();
    const abort = (): void => aborter.abort();
    let isLate = false;
    const limitMs = isGoodbye ? GOODBYE_MS : (request.timeout ?? LONG_POLL_SILENT_MS);
    const cancel = this.#env.schedule(limitMs, () => {
      isLate = true;
      abort();
    });
    if (!isGoodbye) this.#attempt.signal.addEventListener('abort', abort, { once: true });
    if ((!isGoodbye && this.#attempt.over) || request.abortSignal?.aborted) abort();
    if (request.abortSignal) request.abortSignal.onabort = abort;
    try {
      // Called as a function of nothing: a browser's fetch wants no other `this`.
      const { fetch } = this.#env;
      const response = await fetch(url, {
        method,
        headers: headersOf(request),
        cache: 'no-store',
        signal: aborter.signal,
        keepalive: isGoodbye,
        ...(content ? { body: content } : {}),
      });
      return await this.#take(response, url);
    } catch (cause) {
      if (isLate) throw new TimeoutError();
      if (!aborter.signal.aborted) this.#watcher.onUnreachable(cause);
      throw cause;
    } finally {
      cancel();
      this.#attempt.signal.removeEventListener('abort', abort);
      if (request.abortSignal) request.abortSignal.onabort = null;
    }
  }

  async #take(response: Response, url: string): Promise<HttpResponse> {
    if (!response.ok) {
      const answer = await readBadAnswer(response, this.#env.now());
      this.#watcher.onBadAnswer(answer, false);
      throw new HttpError(`the hub answered ${response.status}`, response.status);
    }
    const { bytes, isWhole } = await readCapped(response, MOST_BYTES, (count) => this.#attempt.heard(count));
    if (!isWhole) {
      this.#watcher.onTooLarge();
      throw new Error('the answer is too large');
    }
    const text = new TextDecoder().decode(bytes);
    const type = response.headers.get('content-type') ?? '';
    if (url.includes('/negotiate') && isHtml(type, text)) {
      this.#watcher.onBadAnswer(
        { status: response.status, type, body: text.slice(0, 1_000), retryAfterMs: undefined },
        true,
      );
      throw new Error('HTML instead of a negotiation');
    }
    // A poll that brought nothing still says that the hub is there.
    this.#attempt.heard(0);
    return new HttpResponse(response.status, response.statusText, text);
  }
}

function headersOf(request: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { ...request.headers };
  // Would make each request one that a browser asks permission for, and one version of the hub does not give it.
  delete headers['X-SignalR-User-Agent'];
  if (request.content) headers['content-type'] = 'text/plain;charset=UTF-8';
  return headers;
}
