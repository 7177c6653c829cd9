import type { Line, SseOptions } from '../line.ts';
import { addressOf } from './address.ts';
import { type Attempt, deepest, messageOf } from './attempt.ts';
import { asFrame, judged, readBadAnswer, whyBad } from './bad-answer.ts';
import { LineCore } from './line-core.ts';
import type { LineEnv, Owned } from './line-env.ts';
import { asHttpUrl, withoutSecrets } from './shown-url.ts';
import { readSse } from './sse-reader.ts';
import { mostAnswersTo, mostStreamsTo, streamSlots } from './stream-slots.ts';

const MOST_BYTES = 1 << 20;
/** A server may ask for a pause (`retry:`), within reason. */
const MOST_PAUSE_MS = 60_000;
/** Until it is looked whether another stream ended. */
const SLOT_MS = 5_000;
const LAST_ID_CHARS = 1_024;

export const sseLine = (env: LineEnv, options: SseOptions): Line & Owned => new SseTransport(env, options);

class SseTransport extends LineCore {
  readonly #options: SseOptions;
  #lastId: string | undefined;

  constructor(env: LineEnv, options: SseOptions) {
    super(env, options, 'sse');
    this.#options = options;
    if (typeof options.path === 'string') this.goesTo(asHttpUrl(env.resolve(options.path)));
  }

  protected connect(attempt: Attempt): () => void {
    addressOf(this.env, this.#options.path, attempt, (address) => {
      const url = asHttpUrl(address);
      this.goesTo(url);
      const lasting = this.env.mostStreams ?? mostStreamsTo(url);
      const most = this.#options.method === 'POST' ? mostAnswersTo(lasting) : lasting;
      const giveBack = streamSlots.take(url, most, this, this.env.mono());
      if (giveBack === undefined) {
        const why = `waits for one of ${most} event streams to end: a browser opens only six connections to a server without TLS`;
        attempt.lost(why, { retryAfterMs: SLOT_MS, why });
        return;
      }
      attempt.signal.addEventListener('abort', giveBack, { once: true });
      this.#read(url, attempt).catch((cause: unknown) => attempt.lost(whyBroken(cause, attempt)));
    });
    // The request ends with the attempt's signal.
    return () => undefined;
  }

  async #read(url: string, attempt: Attempt): Promise<void> {
    const response = await this.#ask(url, attempt);
    if (attempt.over) return;
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !type.startsWith('text/event-stream') || response.body === null) {
      const answer = await readBadAnswer(response, this.env.now());
      const why = whyBad(answer, 'an event stream');
      attempt.frame(asFrame(answer), () => undefined);
      const onFailed = (cause: unknown): void => this.out.count('dropped', 'callback-failed', messageOf(cause));
      attempt.lost(why, judged(answer, why, this.#options.judge, onFailed));
      return;
    }
    attempt.opened();
    if (!attempt.over) this.guard(() => this.#options.onOpen?.(this.out));
    const feed = this.#reader(attempt);
    const reader = response.body.getReader();
    while (!attempt.over) {
      const { done, value } = await reader.read();
      if (done) break;
      attempt.heard(value.byteLength);
      feed(value);
    }
    attempt.lost('the other side ended the stream');
  }

  #ask(url: string, attempt: Attempt): Promise<Response> {
    const { method = 'GET', body, headers, resume } = this.#options;
    // Called as a function of nothing: a browser's fetch wants no other `this`.
    const { fetch } = this.env;
    const said = body?.();
    const asked = new Headers({ accept: 'text/event-stream', ...headers });
    if (resume !== false && this.#lastId !== undefined) asked.set('last-event-id', this.#lastId);
    if (said !== undefined && !asked.has('content-type')) asked.set('content-type', 'application/json');
    attempt.sent({ form: 'text', bytes: said?.length ?? 0, data: `${method} ${withoutSecrets(url)}\n${said ?? ''}` });
    return fetch(url, {
      method,
      headers: asked,
      cache: 'no-store',
      signal: attempt.signal,
      ...(said && { body: said }),
    });
  }

  #reader(attempt: Attempt): (bytes: Uint8Array) => void {
    const { onEvent, onComment, maxBytes = MOST_BYTES } = this.#options;
    return readSse({
      maxBytes,
      onEvent: (event) => {
        const { data, event: name, id } = event;
        const meta = attempt.isTapped ? { event: name, ...(id !== undefined && { id }) } : undefined;
        attempt.frame({ form: 'event', bytes: data.length, data, meta }, (out) => onEvent(event, out, this));
      },
      onComment: (text) => {
        attempt.frame({ form: 'text', bytes: text.length, data: `: ${text}` }, () => onComment?.(text));
      },
      onId: (id) => {
        // It goes into a header: an id that cannot is none.
        if (id.length <= LAST_ID_CHARS && /^[\x20-\x7e\u0080-\u00ff]*$/.test(id))
          this.#lastId = id === '' ? undefined : id;
      },
      onRetry: (ms) => this.stayAway(Math.min(ms, MOST_PAUSE_MS)),
      onTooLarge: () => {
        this.out.count('dropped', 'too-large', `an event of more than ${maxBytes} bytes`);
        attempt.lost(`an event of more than ${maxBytes} bytes`);
      },
    });
  }
}

const whyBroken = (cause: unknown, attempt: Attempt): string =>
  attempt.openedAt === undefined ? `cannot be reached: ${deepest(cause)}` : `the connection broke: ${deepest(cause)}`;
