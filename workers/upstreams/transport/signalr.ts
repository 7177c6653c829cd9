import {
  type HubConnection,
  HubConnectionBuilder,
  HubConnectionState,
  type IHttpConnectionOptions,
} from '@microsoft/signalr';
import type { SignalrLine, SignalrOptions, Verdict } from '../line.ts';
import { type Attempt, deepest, messageOf, seconds } from './attempt.ts';
import { asFrame, judged, whyBad } from './bad-answer.ts';
import { LineCore } from './line-core.ts';
import type { LineEnv, Owned } from './line-env.ts';
import { asHttpUrl } from './shown-url.ts';
import { AttemptHttpClient } from './signalr-http.ts';
import { TolerantProtocol } from './signalr-protocol.ts';
import { attemptEventSources, attemptSockets } from './signalr-sockets.ts';

const MOST_BYTES = 1 << 20;
/** A hub forgets clients that say nothing for twice as long as it lets itself be silent: 30 s as it comes. */
const MOST_PING_MS = 15_000;
const LEAST_PING_MS = 500;
const MOST_UNREADABLE = 5;
/** A hub that does not answer an invocation never will. */
const ANSWER_MS = 30_000;
/** A hub that closes without `allowReconnect` wants to be left alone; we ask again, but not at once. */
const UNWANTED_MS = 5_000;
const MOST_MISSING = 64;
const HANDSHAKE_ERROR = 'handshake error';
const NO_METHOD = 'Method does not exist';

/** The hub has no such method and will not get one while it runs: it is not asked again over the same connection. */
export class NoSuchMethod extends Error {
  override readonly name = 'NoSuchMethod';
}

export const signalrLine = (env: LineEnv, options: SignalrOptions): SignalrLine & Owned =>
  new SignalrTransport(env, options);

class SignalrTransport extends LineCore implements SignalrLine {
  readonly #options: SignalrOptions;
  readonly #readers: ReadonlyMap<string, SignalrOptions['on'][string]>;
  readonly #missing = new Set<string>();
  #hub: HubConnection | undefined;
  readonly #unanswered = new Set<() => void>();

  constructor(env: LineEnv, options: SignalrOptions) {
    super(env, options, 'signalr');
    this.#options = options;
    this.#readers = new Map(Object.entries(options.on).map(([target, reader]) => [target.toLowerCase(), reader]));
    this.goesTo(asHttpUrl(env.resolve(options.path)));
  }

  invoke(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const hub = this.#hub;
    if (hub?.state !== HubConnectionState.Connected) return Promise.reject(new Error(`${method}: not connected`));
    if (this.#missing.has(method)) return Promise.reject(new NoSuchMethod(`the hub has no method ${method}`));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancel = this.env.schedule(ANSWER_MS, () => {
      this.#unanswered.delete(cancel);
      reject(new Error(`${method}: the hub did not answer within ${seconds(ANSWER_MS)}`));
    });
    this.#unanswered.add(cancel);
    const done = (): void => {
      cancel();
      this.#unanswered.delete(cancel);
    };
    const askedAt = this.env.mono();
    hub.invoke(method, ...args).then(
      (value) => {
        done();
        this.measured(this.env.mono() - askedAt);
        resolve(value);
      },
      (cause: unknown) => {
        done();
        reject(this.#refusal(method, cause));
      },
    );
    return promise;
  }

  #refusal(method: string, cause: unknown): Error {
    const said = messageOf(cause);
    if (!said.includes(NO_METHOD)) return new Error(`${method}: ${said}`, { cause });
    if (this.#missing.size < MOST_MISSING) this.#missing.add(method);
    this.out.count('unknown', `method ${method}`, said);
    return new NoSuchMethod(`the hub has no method ${method}`, { cause });
  }

  protected connect(attempt: Attempt): () => void {
    /** The first that is known of how it ended says most; how one transport failed is forgotten once another one works. */
    let ending: { readonly why: string; readonly verdict: Verdict } | undefined;
    const know = (why: string, verdict?: Verdict): void => {
      ending ??= { why, verdict };
    };
    const onConnected = (): Promise<void> => {
      ending = undefined;
      return this.#onConnected(hub, attempt);
    };
    const hub = this.#build(attempt, know);
    const lost = (cause: unknown): void => {
      const why = cause === undefined ? 'the hub closed the connection' : messageOf(cause);
      // The one thing that the library knows better than the sockets below it.
      if (why.includes(HANDSHAKE_ERROR)) attempt.lost(why);
      else attempt.lost(ending?.why ?? why, ending?.verdict);
    };
    hub.onclose((cause) => lost(cause));
    hub.start().then(onConnected, lost);
    return () => {
      if (this.#hub === hub) this.#hub = undefined;
      for (const cancel of this.#unanswered) cancel();
      this.#unanswered.clear();
      // Says goodbye if there is a connection; what is only being made is ended by the attempt's signal.
      hub.stop().catch((cause: unknown) => this.out.count('dropped', 'close-failed', messageOf(cause)));
      if (attempt.openedAt !== undefined) this.afterwards(() => this.#options.onClose?.());
    };
  }

  async #onConnected(hub: HubConnection, attempt: Attempt): Promise<void> {
    if (attempt.over) return;
    this.#hub = hub;
    // It may be another build by now.
    this.#missing.clear();
    attempt.opened();
    try {
      if (!attempt.over) await this.#options.onOpen?.(this);
    } catch (cause) {
      const why = `connected, but not as wanted: ${messageOf(cause)}`;
      attempt.lost(why, cause instanceof NoSuchMethod ? { refused: messageOf(cause) } : undefined);
    }
  }

  #build(attempt: Attempt, know: (why: string, verdict?: Verdict) => void): HubConnection {
    const { maxBytes = MOST_BYTES, accessToken, path } = this.#options;
    const tooLarge = (): void => {
      this.out.count('dropped', 'too-large', `a record of more than ${maxBytes} bytes`);
      attempt.lost(`a record of more than ${maxBytes} bytes`);
    };
    const news = { onEnd: (why: string) => know(why), onTooLarge: tooLarge };
    const sockets = attemptSockets(this.env, attempt, news);
    // The library takes these two from its own tests as well; its types do not say so.
    const options: IHttpConnectionOptions & { EventSource: unknown; WebSocket?: unknown } = {
      httpClient: new AttemptHttpClient(this.env, attempt, {
        onTooLarge: tooLarge,
        onUnreachable: (cause) => know(`cannot be reached: ${deepest(cause)}`),
        onBadAnswer: (answer, isHtml) => {
          const why = isHtml
            ? 'HTML instead of a hub: a login page, or another program at this address'
            : whyBad(answer, 'a hub');
          attempt.frame(asFrame(answer), () => undefined);
          const onFailed = (cause: unknown): void => this.out.count('dropped', 'callback-failed', messageOf(cause));
          know(why, judged(answer, why, this.#options.judge, onFailed));
        },
      }),
      EventSource: attemptEventSources(this.env, attempt, 2 * maxBytes, news),
      logger: { log: () => undefined },
      ...(sockets && { WebSocket: sockets }),
      ...(accessToken && { accessTokenFactory: accessToken }),
    };
    const hub = new HubConnectionBuilder()
      .withUrl(asHttpUrl(this.env.resolve(path)), options)
      .withHubProtocol(this.#protocol(attempt, know, tooLarge))
      .build();
    // Silence is the line's to judge.
    hub.serverTimeoutInMilliseconds = 2 ** 31 - 1;
    hub.keepAliveIntervalInMilliseconds = Math.min(MOST_PING_MS, Math.max(LEAST_PING_MS, this.#options.silentMs / 2));
    return hub;
  }

  #protocol(
    attempt: Attempt,
    know: (why: string, verdict?: Verdict) => void,
    onTooLarge: () => void,
  ): TolerantProtocol {
    return new TolerantProtocol({
      maxBytes: this.#options.maxBytes ?? MOST_BYTES,
      onTooLarge,
      onInvocation: ({ target, arguments: args }, record) => {
        const reader = this.#readers.get(target.toLowerCase());
        const meta = attempt.isTapped ? { target } : undefined;
        attempt.frame({ form: 'invocation', bytes: record.length, data: record, meta }, (out) => {
          if (reader === undefined) out.count('unknown', target, record);
          else reader(args, out);
        });
      },
      onOther: (type, record) => {
        attempt.frame({ form: 'text', bytes: record.length, data: record, meta: { type: `${type}` } }, () => undefined);
      },
      onSent: (record) => attempt.sent({ form: 'invocation', bytes: record.length + 1, data: record }),
      onUnreadable: (record, inARow) => {
        this.out.count('dropped', 'bad-record', record);
        if (inARow >= MOST_UNREADABLE) attempt.lost(`${MOST_UNREADABLE} records in a row that cannot be read`);
      },
      onUnknownType: (type) => this.out.count('unknown', `type ${type}`),
      onClose: (error, allowReconnect) => {
        const why = `the hub closed the connection${error === undefined ? '' : `: ${error}`}`;
        know(why);
        if (!allowReconnect) this.stayAway(UNWANTED_MS);
      },
    });
  }
}
