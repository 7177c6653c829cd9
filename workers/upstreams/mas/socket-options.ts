import { endingOf } from '../../../src/upstreams/mas/closing.ts';
import { isPong, MAS_PING, MAS_PING_MS } from '../../../src/upstreams/mas/frame.ts';
import type { WebSocketOptions } from '../line.ts';

/** A frozen MAS accepts connections and never answers them. */
const HANDSHAKE_MS = 5_000;
const SILENT_MS = 3 * MAS_PING_MS + 5_000;

/** What is the same for every socket of MAS that answers pings. */
export const masSocket = {
  handshakeMs: HANDSHAKE_MS,
  silentMs: SILENT_MS,
  ping: { everyMs: MAS_PING_MS, frame: () => MAS_PING, isPong },
  judgeClose: endingOf,
} as const satisfies Partial<WebSocketOptions>;

export const isOpen = (state: { readonly is: string }): boolean =>
  state.is === 'connected-no-data' || state.is === 'live' || state.is === 'stale';
