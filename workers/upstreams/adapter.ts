import type { ChannelKind, Cursor, Gap } from '../../src/contract/channel.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { EpochMs, MonoMs } from '../../src/contract/time.ts';
import type { UpstreamId } from '../../src/contract/upstream/upstream.ts';
import type { Out, ReadContext } from '../../src/upstreams/out.ts';
import type {
  Line,
  PollLine,
  PollOptions,
  RelayLine,
  RelayOptions,
  RelayStateChange,
  SignalrLine,
  SignalrOptions,
  SseOptions,
  WebSocketLine,
  WebSocketOptions,
} from './line.ts';

/** What an adapter may do. Lines that it makes are `idle` until it starts them; all are closed with it. */
export interface AdapterHost {
  readonly simulated: boolean;
  now(): EpochMs;
  mono(): MonoMs;
  random(): number;
  /** Calls back once after `ms`; returns how to cancel. Everything left is cancelled when the adapter ends. */
  schedule(ms: number, callback: () => void): () => void;
  context(): ReadContext;
  /** For what no connection brought: ageing, merging. */
  readonly out: Out;
  /** Absolute, below the upstream's base. */
  url(path: string): string;
  websocket(options: WebSocketOptions): WebSocketLine;
  sse(options: SseOptions): Line;
  poll(options: PollOptions): PollLine;
  signalr(options: SignalrOptions): SignalrLine;
  /** One question that is no line's: a command, a history. JSON in and out; rejects never, failures are outcomes with what to do. */
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Outcome<unknown>>;
  /** Somebody looks at this part now (or the inspector looks at everything). */
  wanted(part: string): boolean;
  /** Somebody looks at this part itself: for what is too costly to be woken by the inspector. */
  lookedAt(part: string): boolean;
  /** The channels of our own server, where an upstream is reached through it. undefined: there is none. */
  readonly relay?: RelayChannels | undefined;
  /** One channel of our own server as a connection. */
  relayed(options: RelayOptions): RelayLine;
}

/** Reads open channels of our server. */
export interface RelayChannels {
  /**
   * Everything of a channel that comes from now on, first what is kept. A loss is told in its place, with no records. `change`: of a state
   * channel, whose `records` are those that were put. `after`: what was read before, as the sink was told. Goes on by itself after any
   * break. Returns how to stop.
   */
  read(channel: string, sink: RelaySink, after?: Cursor): () => void;
  /** Whether our server is reached: now, and whenever that changes. Returns how to stop. */
  watch(listener: (reached: boolean, why: string) => void): () => void;
}

export type RelaySink = (
  records: readonly unknown[],
  gap?: Gap,
  change?: RelayStateChange,
  /** Of an events channel: the place behind these records. */
  next?: Cursor,
) => void;

/** One upstream at work. */
export interface Adapter {
  /** A part began or ceased to be looked at. Parts that are cheap may ignore it and always run. */
  demand?(part: string, wanted: boolean): void;
  /** What a page may ask of it: a command, a snapshot. Names and arguments are in the contract of the slug. */
  call?(name: string, args: unknown): Promise<Outcome<unknown>>;
  /** Lines and timers are closed by the host; only what else there is. */
  stop?(): void;
}

/** How an upstream is put to work. */
export interface AdapterKind {
  readonly id: UpstreamId;
  /** For people. */
  readonly name: string;
  /** The channels it fills. A part that ends in `.*` stands for several (`fci.*`). */
  readonly parts: Readonly<Record<string, ChannelKind>>;
  start(host: AdapterHost): Adapter;
}
