import { endingOf } from '../../../src/upstreams/mas/closing.ts';
import { isPong, MAS_PING, MAS_PING_MS } from '../../../src/upstreams/mas/frame.ts';
import type { LineOptions, WebSocketOptions } from '../line.ts';

/** How patient we are with MAS. Tests are less so. */
export interface MasTimings {
  /** A frozen MAS accepts connections and never answers them. */
  readonly handshakeMs: number;
  readonly pingMs: number;
  readonly backoff?: NonNullable<LineOptions['backoff']>;
  /** Everything is asked for again after a reconnect, but not more often than this, however often the connection breaks. */
  readonly refetchMs: number;
  /** Of the turns of lists, and of how long silence is no news. */
  readonly scale: number;
}

export const MAS_TIMINGS: MasTimings = { handshakeMs: 5_000, pingMs: MAS_PING_MS, refetchMs: 60_000, scale: 1 };

/** What is the same for every socket of MAS that answers pings. */
export const masSocket = ({ handshakeMs, pingMs, backoff }: MasTimings) =>
  ({
    handshakeMs,
    // Three pings, and a little.
    silentMs: 3.2 * pingMs,
    ping: { everyMs: pingMs, frame: () => MAS_PING, isPong },
    judgeClose: endingOf,
    ...(backoff && { backoff }),
  }) satisfies Partial<WebSocketOptions>;

export const isOpen = (state: { readonly is: string }): boolean =>
  state.is === 'connected-no-data' || state.is === 'live' || state.is === 'stale';
