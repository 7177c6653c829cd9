import { repairNan } from '../../../src/decode/nan-repair.ts';
import type { BadAnswer, PollLine, PollOptions, Verdict } from '../line.ts';
import { addressOf } from './address.ts';
import { type Attempt, deepest, messageOf, seconds } from './attempt.ts';
import { asFrame, isHtml, judged, readBadAnswer, whyBad } from './bad-answer.ts';
import { LineCore } from './line-core.ts';
import type { LineEnv, Owned } from './line-env.ts';
import { readCapped } from './read-capped.ts';
import { asHttpUrl, withoutSecrets } from './shown-url.ts';
import { Watch } from './watch.ts';

const MOST_BYTES = 8 << 20;
const JITTER = 0.1;
const BACKOFF_MOST_MS = 30_000;

export const pollLine = (env: LineEnv, options: PollOptions): PollLine & Owned => new PollTransport(env, options);

/** What a server wants to hear back, to say `304` when nothing changed. */
interface Validators {
  url: string;
  etag: string | null;
  modified: string | null;
}

class PollTransport extends LineCore implements PollLine {
  readonly #options: PollOptions;
  #askNow: (() => void) | undefined;

  constructor(env: LineEnv, options: PollOptions) {
    // What fails is not asked for more often than what works, in the long run.
    super(env, options, 'poll', { firstMs: 1_000, mostMs: Math.max(BACKOFF_MOST_MS, options.everyMs) });
    this.#options = options;
    if (typeof options.path === 'string') this.goesTo(asHttpUrl(env.resolve(options.path)));
  }

  ask(): void {
    this.#askNow?.();
  }

  /** A poll's connection is a row of questions that were answered: the first failure ends it, and the line's back-off takes over. */
  protected connect(attempt: Attempt): () => void {
    const validators: Validators = { url: '', etag: null, modified: null };
    let cancel: (() => void) | undefined;
    let isAsking = false;
    let isWanted = false;
    const ask = (): void => {
      cancel?.();
      cancel = undefined;
      isAsking = true;
      isWanted = false;
      addressOf(this.env, this.#options.path, attempt, (address) => {
        const url = asHttpUrl(address);
        this.goesTo(url);
        attempt.timesItself();
        this.#question(url, validators, attempt)
          .then(() => {
            isAsking = false;
            if (attempt.over) return;
            const jitter = 1 + JITTER * (2 * this.env.random() - 1);
            cancel = this.env.schedule(isWanted ? 0 : this.#options.everyMs * jitter, ask);
          })
          .catch((cause: unknown) => {
            this.#fail(attempt, undefined, `cannot be reached: ${deepest(cause)}`, undefined);
          });
      });
    };
    this.#askNow = () => {
      // The answer that is on its way may be from before what made us ask.
      if (isAsking) isWanted = true;
      else ask();
    };
    attempt.allowSilence(Number.POSITIVE_INFINITY);
    ask();
    return () => {
      cancel?.();
      this.#askNow = undefined;
    };
  }

  /** One question and what became of it. Its own clock runs until the answer is whole. */
  async #question(url: string, validators: Validators, attempt: Attempt): Promise<void> {
    const deadline = new Watch(this.env, this.handshakeMs, () => {
      this.#fail(attempt, undefined, `no answer within ${seconds(this.handshakeMs)}`, undefined);
    });
    const stop = (): void => deadline.stop();
    attempt.signal.addEventListener('abort', stop, { once: true });
    deadline.start();
    try {
      const response = await this.#ask(url, validators, attempt);
      if (attempt.over) return;
      const kept = keptWhy(response.headers);
      if (response.status === 304 && kept === undefined) this.#unchanged(attempt);
      else if (response.status === 304) attempt.heard(0);
      else if (response.status !== 200) {
        const answer = await readBadAnswer(response, this.env.now());
        this.#failAnswered(attempt, answer, whyBad(answer, 'JSON'));
      } else await this.#take(response, url, validators, attempt, deadline);
      // What it once said is better than nothing, and no sign of life.
      if (kept !== undefined) this.#fail(attempt, undefined, kept, undefined);
    } finally {
      stop();
      attempt.signal.removeEventListener('abort', stop);
    }
  }

  #ask(url: string, validators: Validators, attempt: Attempt): Promise<Response> {
    // Called as a function of nothing: a browser's fetch wants no other `this`.
    const { fetch } = this.env;
    const headers = new Headers({ accept: 'application/json' });
    if (validators.url === url && validators.etag !== null) headers.set('if-none-match', validators.etag);
    else if (validators.url === url && validators.modified !== null)
      headers.set('if-modified-since', validators.modified);
    attempt.sent({ form: 'text', bytes: 0, data: `GET ${withoutSecrets(url)}` });
    return fetch(url, { headers, cache: 'no-store', signal: attempt.signal });
  }

  #unchanged(attempt: Attempt): void {
    attempt.opened();
    attempt.heard(0);
    attempt.frame({ form: 'response', bytes: 0, data: '', meta: { status: '304' } }, () => this.confirmed());
  }

  async #take(
    response: Response,
    url: string,
    validators: Validators,
    attempt: Attempt,
    deadline: Watch,
  ): Promise<void> {
    const maxBytes = this.#options.maxBytes ?? MOST_BYTES;
    const { bytes, isWhole } = await readCapped(response, maxBytes, (count) => {
      attempt.heard(count);
      deadline.at = this.env.mono();
    });
    if (attempt.over) return;
    if (!isWhole) {
      this.out.count('dropped', 'too-large', `an answer of more than ${maxBytes} bytes`);
      this.#fail(attempt, undefined, `an answer of more than ${maxBytes} bytes`, undefined);
      return;
    }
    const { status, headers } = response;
    const body = new TextDecoder().decode(bytes);
    const value = parsed(body);
    if (value === undefined) {
      const type = headers.get('content-type') ?? '';
      this.out.count('dropped', isHtml(type, body) ? 'html' : 'bad-json', body.slice(0, 80));
      const answer = { status, type, body: body.slice(0, 65_536), retryAfterMs: undefined };
      this.#failAnswered(attempt, answer, isHtml(type, body) ? whyBad(answer, 'JSON') : 'the answer is not JSON');
      return;
    }
    attempt.opened();
    let said: unknown;
    const frame = { form: 'response', bytes: bytes.byteLength, data: body, meta: { status: `${status}` } } as const;
    const isRead = attempt.frame(frame, (out) => {
      said = this.#options.onAnswer(value.json, out, { status, headers, heldMs: heldMsOf(headers) });
    });
    // What could not be used must come again, whole.
    const isUsed = isRead && said !== false;
    validators.url = url;
    validators.etag = isUsed ? headers.get('etag') : null;
    validators.modified = isUsed ? headers.get('last-modified') : null;
    if (said === false) this.#tell({ status, type: '', body, retryAfterMs: undefined }, 'it says it is not available');
  }

  #failAnswered(attempt: Attempt, answer: BadAnswer, why: string): void {
    const onFailed = (cause: unknown): void => this.out.count('dropped', 'callback-failed', messageOf(cause));
    attempt.frame(asFrame(answer), () => undefined);
    this.#fail(attempt, answer, why, judged(answer, why, this.#options.judge, onFailed));
  }

  #fail(attempt: Attempt, answer: BadAnswer | undefined, why: string, verdict: Verdict): void {
    if (attempt.over) return;
    this.#tell(answer, why);
    attempt.lost(why, verdict);
  }

  #tell(answer: BadAnswer | undefined, why: string): void {
    this.guard(() => this.#options.onFailure?.(answer, why, this.out));
  }
}

/** Our server could not ask, and gave what it had: why, in words. undefined: the answer is the upstream's own, now. */
function keptWhy(headers: Headers): string | undefined {
  const why = headers.get('x-hyphae-stale');
  return why === null ? undefined : `shown is what it said ${headers.get('age') ?? '?'} s ago (${why})`;
}

/** Longer than our server keeps anything: who says more counts otherwise. */
const MOST_HELD_S = 86_400;

/** RFC 9111 §5.1: how old an answer is that somebody on the way had kept. */
function heldMsOf(headers: Headers): number {
  const held = Number(headers.get('age') ?? 0);
  return held > 0 && held <= MOST_HELD_S ? 1_000 * held : 0;
}

/** JSON, also with the bare `NaN` that Python writes. undefined: it is none. */
function parsed(body: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(body) };
  } catch {
    const repaired = repairNan(body, 'python');
    return repaired === undefined ? undefined : parsed(repaired);
  }
}
