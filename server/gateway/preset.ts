import type { UpstreamSlug } from '../../src/contract/upstream/upstream.ts';

export type GatewayRole = 'viewer' | 'operator' | 'owner';

/**
 * Paths are exact, or have `*` for one segment (`/api/devices/*`), or end in `/**` for one or more. They are compared as they are
 * written on the wire, before any decoding. The query is passed on, without our own words.
 */
export type GatewayRoute = HttpRoute | StreamRoute | SocketRoute;

export interface HttpRoute {
  readonly is: 'http';
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[];
  readonly path: string;
  /** GET: identical questions within it share one answer, ms. 0: never kept, never shared. */
  readonly cadenceMs: number;
  readonly role: GatewayRole;
  /** Of an answer. Default 8 MiB. */
  readonly maxBytes?: number | undefined;
}

/** An event stream, also over POST. */
export interface StreamRoute {
  readonly is: 'stream';
  readonly methods?: readonly ('GET' | 'POST')[] | undefined;
  readonly path: string;
  readonly role: GatewayRole;
}

export interface SocketRoute {
  readonly is: 'socket';
  readonly path: string;
  readonly role: GatewayRole;
  /** What a browser may say: values of `type` (JSON; '': an object without one), or of `target` for SignalR; 'binary' allows binary frames; '*' any text. */
  readonly send: readonly string[];
  /** What may be said besides by those of a higher role, where a socket both shows and commands. */
  readonly commands?: { readonly role: GatewayRole; readonly send: readonly string[] } | undefined;
  /** Of one message, either way. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
}

/** What the gateway knows of an upstream before anybody configures it. */
export interface GatewayPreset {
  readonly slug: UpstreamSlug;
  readonly routes: readonly GatewayRoute[];
  /** Secret header, when the upstream wants one. */
  readonly secretHeader?: string;
  /**
   * What must not reach a browser. Gets each JSON message (answer, event, frame) of a path; gives what may pass, undefined for nothing.
   * The same function is used by the adapter's vectors.
   */
  readonly screen?: (path: string, value: unknown) => unknown;
  /** Paths below these go to a second base of the same upstream (`mas-voice`: the bridge is one service, MAS another). */
  readonly altPaths?: readonly string[];
  /**
   * Why a request must not be passed on: 403 with these words. Asked for every request that a route allows, with the body as parsed JSON;
   * and for every JSON object that is said on a socket, as the body of its GET.
   */
  readonly refuse?: (request: {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly body: unknown;
  }) => string | undefined;
}
