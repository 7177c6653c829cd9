import type { Cursor, Gap } from '../../src/contract/channel.ts';
import type { LineState } from '../../src/contract/upstream/status.ts';
import type { Out } from '../../src/upstreams/out.ts';

/** What is common to every connection, whichever transport carries it. */
export interface LineOptions {
  /** Unique in its upstream: `agents-status`. */
  readonly name: string;
  /** No record for this long: `stale`, ms. The contract's cadence decides. */
  readonly staleMs: number;
  /** Not one byte for this long: the peer is taken for dead and connected anew, ms. Infinity: silence is legal for ever. */
  readonly silentMs: number;
  /** From the first try to the other side's answer, ms. Default 10,000. */
  readonly handshakeMs?: number;
  /** Default: first 1,000 ms, at most 30,000 ms, full jitter. The attempt count starts over after 60 s of health. */
  readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
  /** Called in every state change, after it. */
  readonly onState?: (state: LineState) => void;
}

/** How a failure is to be taken. `undefined`: try again. */
export type Verdict =
  | { readonly refused: string }
  | { readonly retryAfterMs: number; readonly why: string }
  | undefined;

/** One connection of an upstream, for ever: it is opened, loses its peer, waits, and opens again until it is stopped. */
export interface Line {
  readonly id: string;
  readonly state: LineState;
  /** Opens it; nothing when it is open already or a person stopped it. */
  start(): void;
  /** Closes it: nobody needs it (`idle`). Leaves no timer, socket or listener. */
  stop(): void;
  /** Closes and opens at once, because of what was heard over it. */
  restart(why: string): void;
  /** Stops trying until it is started again by hand or by `restart`: the configuration must change. */
  refuse(why: string): void;
}

export interface WebSocketOptions extends LineOptions {
  /** Below the upstream's base, with its query. A function is asked before every try. */
  readonly path: string | (() => string | Promise<string>);
  readonly protocols?: readonly string[];
  /** After every open: subscribe again, ask for the snapshot. */
  readonly onOpen?: (line: WebSocketLine) => void;
  readonly onMessage: (data: string | ArrayBuffer, out: Out, line: WebSocketLine) => void;
  /** After the connection was lost or closed. */
  readonly onClose?: (code: number, reason: string) => void;
  /**
   * Said every `everyMs`; two without any answer at all end the connection. Round trips are measured where `isPong` is given; the pong
   * goes to `onMessage` like everything else.
   */
  readonly ping?: {
    readonly everyMs: number;
    readonly frame: () => string;
    readonly isPong?: (data: string) => boolean;
  };
  readonly judgeClose?: (code: number, reason: string) => Verdict;
  /** Larger messages are dropped and the connection is made anew. Default 1 MiB. */
  readonly maxBytes?: number;
}

export interface WebSocketLine extends Line {
  /** False when it is not open: nothing is kept for later. */
  send(data: string | Uint8Array<ArrayBuffer>): boolean;
}

export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export interface SseOptions extends LineOptions {
  readonly path: string | (() => string | Promise<string>);
  readonly method?: 'GET' | 'POST';
  readonly body?: () => string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Send the last id that was seen. Default true. */
  readonly resume?: boolean;
  readonly onOpen?: (out: Out) => void;
  readonly onEvent: (event: ServerEvent, out: Out, line: Line) => void;
  /** Comments are bytes for the watchdog; whoever needs them as well. */
  readonly onComment?: (text: string) => void;
  /** An answer that is not an event stream: status, `Retry-After` in ms, the first 64 KiB of the body. Default: 401, 403, 404, 422 refuse. */
  readonly judge?: (answer: BadAnswer) => Verdict;
  /** Of one event. Default 1 MiB. */
  readonly maxBytes?: number;
}

export interface BadAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly retryAfterMs: number | undefined;
}

export interface PollOptions extends LineOptions {
  readonly path: string | (() => string | Promise<string>);
  /** ± 10 % jitter. Answers `304` count as records only in freshness. */
  readonly everyMs: number;
  /**
   * Called with parsed JSON of a 200. Return false: it says by itself that it is not available (`available: false`). `heldMs`: for how long
   * our server had kept it; 0: it is from the upstream itself, now.
   */
  readonly onAnswer: (
    value: unknown,
    out: Out,
    response: { readonly status: number; readonly headers: Headers; readonly heldMs: number },
  ) => unknown;
  readonly judge?: (answer: BadAnswer) => Verdict;
  /** For every answer that is no 200 with JSON, after `judge`: what was before stays, and is told to be old. */
  readonly onFailure?: (answer: BadAnswer | undefined, why: string, out: Out) => void;
  /** Default 8 MiB. */
  readonly maxBytes?: number;
}

export interface PollLine extends Line {
  /** Asks now, outside its turn. */
  ask(): void;
}

export interface SignalrOptions extends LineOptions {
  readonly path: string;
  /** Targets with a reader; every other one is counted as unknown. Names compare without case, as the library does. */
  readonly on: Readonly<Record<string, (args: readonly unknown[], out: Out) => void>>;
  /** After every open: join groups, ask for the snapshot. A rejection is a failed open. */
  readonly onOpen?: (line: SignalrLine) => Promise<void>;
  readonly onClose?: () => void;
  readonly accessToken?: () => string;
  /** An answer to the negotiation that is no negotiation. Default as for `sse`. */
  readonly judge?: (answer: BadAnswer) => Verdict;
  /** Of one record. Default 1 MiB. */
  readonly maxBytes?: number;
}

export interface SignalrLine extends Line {
  invoke(method: string, ...args: readonly unknown[]): Promise<unknown>;
}

export interface RelayOptions extends LineOptions {
  /** An open channel of our server: `events/feed/…`. */
  readonly channel: string;
  /** What was read before, so that a break leaves no hole. */
  readonly after?: () => Cursor | undefined;
  readonly onRecords: (heard: RelayHeard, out: Out) => void;
}

export interface RelayHeard {
  readonly records: readonly unknown[];
  readonly gap: Gap | undefined;
  /** Of a state channel. */
  readonly change: RelayStateChange | undefined;
  /** Of an events channel: the place behind these records. */
  readonly next: Cursor | undefined;
}

export interface RelayStateChange {
  /** This is everything: keys that are not in it are gone. */
  readonly snapshot: boolean;
  readonly puts: readonly (readonly [key: string, record: unknown])[];
  readonly dels: readonly string[];
}

export interface RelayLine extends Line {
  /** Our server is reached, and says that it does not get what it should; undefined: it does again. */
  trouble(why: string | undefined): void;
}
