import type { GatewayRoute, HttpRoute, SocketRoute, StreamRoute } from './preset.ts';

type Matches = (segments: readonly string[]) => boolean;

/** Compiles `/a/*` and `/a/**`. Segments are compared as they are written, so that nothing means another thing here than upstream. */
export function compilePath(pattern: string): Matches {
  const parts = pattern.slice(1).split('/');
  const takesRest = parts.at(-1) === '**';
  const fixed = takesRest ? parts.slice(0, -1) : parts;
  return (segments) => {
    if (takesRest ? segments.length <= fixed.length : segments.length !== fixed.length) return false;
    // An empty end is a trailing slash: only who wrote it gets it.
    if (segments.at(-1) === '' && (takesRest || fixed.at(-1) === '*')) return false;
    return fixed.every((part, at) => (part === '*' ? segments[at] !== '' : part === segments[at]));
  };
}

/** The routes of one upstream: which of them a request is for. The first that fits counts. */
export class RouteTable {
  readonly #routes: readonly { readonly route: GatewayRoute; readonly matches: Matches }[];
  readonly #only: readonly Matches[] | undefined;

  /** @param only narrows all routes to these paths. */
  constructor(routes: readonly GatewayRoute[], only: readonly string[] | undefined) {
    this.#routes = routes.map((route) => ({ route, matches: compilePath(route.path) }));
    this.#only = only?.map(compilePath);
  }

  get size(): number {
    return this.#routes.length;
  }

  socket(segments: readonly string[]): SocketRoute | undefined {
    return this.#of(segments).find((route) => route.is === 'socket');
  }

  /** An event stream where one is asked for, or where nothing else is there. */
  request(segments: readonly string[], method: string, wantsStream: boolean): HttpRoute | StreamRoute | undefined {
    const routes = this.#of(segments);
    const stream = routes.find(
      (route) => route.is === 'stream' && (route.methods ?? ['GET']).some((one) => one === method),
    );
    const plain = routes.find((route) => route.is === 'http' && route.methods.some((one) => one === method));
    const found = wantsStream ? (stream ?? plain) : (plain ?? stream);
    return found?.is === 'socket' ? undefined : found;
  }

  /** Methods that a path has; empty: it is not there. */
  methods(segments: readonly string[]): readonly string[] {
    const methods = new Set<string>();
    for (const route of this.#of(segments))
      if (route.is !== 'socket') for (const method of route.methods ?? ['GET']) methods.add(method);
    return [...methods];
  }

  #of(segments: readonly string[]): readonly GatewayRoute[] {
    if (this.#only !== undefined && !this.#only.some((matches) => matches(segments))) return [];
    return this.#routes.filter(({ matches }) => matches(segments)).map(({ route }) => route);
  }
}
