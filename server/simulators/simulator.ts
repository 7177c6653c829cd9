import type { UpstreamSlug } from '../../src/contract/upstream/upstream.ts';

/** A request below a simulator's root. */
export interface SimRequest {
  readonly method: string;
  /** Without the slug: `/ws/topology`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type SimAnswer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json: unknown }
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text: string;
      readonly type?: string;
    }
  /** An event stream; what is returned is called once when it ends. */
  | { readonly headers?: Readonly<Record<string, string>>; readonly stream: (stream: SimStream) => () => void };

export interface SimStream {
  event(data: string, name?: string, id?: string): void;
  comment(text: string): void;
  /** Exactly these characters. */
  raw(text: string): void;
  end(): void;
}

export interface SimSocket {
  send(data: string | Uint8Array): void;
  onMessage(listener: (data: string | Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(code?: number, reason?: string): void;
  /** Gone without a word. */
  terminate(): void;
}

/** The world of one simulator. General faults (silence, closes, bad answers …) are done here, below it: it need not know them. */
export interface SimHost {
  now(): number;
  random(): number;
  /** Calls `tick` every `ms` until the simulator or the returned function stops it. */
  every(ms: number, tick: () => void): () => void;
  once(ms: number, callback: () => void): () => void;
  /** A fault of its own that is switched on now. */
  fault(name: string): boolean;
  /** A number of its own that people can turn. */
  dial(name: string): number;
}

/** One upstream, pretended: behaves as its contract says. */
export interface Simulator {
  http?(request: SimRequest): SimAnswer | undefined | Promise<SimAnswer | undefined>;
  /** Takes the socket, or returns the HTTP status to refuse it with. */
  socket?(path: string, query: URLSearchParams, socket: SimSocket): number | undefined;
  close?(): void;
}

/** How a simulator is put to work, and what can be turned. */
export interface SimulatorKind {
  readonly slug: UpstreamSlug;
  readonly about: string;
  /** Faults besides the general ones, with what they do. */
  readonly faults: Readonly<Record<string, string>>;
  readonly dials: Readonly<Record<string, { readonly initial: number; readonly most: number; readonly about: string }>>;
  start(host: SimHost): Simulator;
}
