import { WebSocket as NodeWebSocket } from 'ws';

export interface RelayAccess {
  /** For `relayUpstream`. */
  readonly WebSocket: typeof WebSocket;
  /** Why the last connection failed, in the system's or the server's words. */
  readonly trouble: () => string | undefined;
  /** The server knows this agent's token, or wants none. */
  readonly isRefused: () => boolean;
  /** Resolves when every connection is closed. */
  closed(): Promise<void>;
}

/** Sockets that bring a token along (a browser's cannot) and tell why they failed (a browser's may not). */
export function makeRelayAccess(token: string | undefined): RelayAccess {
  const open = new Set<Promise<void>>();
  let trouble: string | undefined;
  let refused = false;

  class AgentWebSocket extends NodeWebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, {
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        // Values are small and Pis are slow.
        perMessageDeflate: false,
        maxPayload: MOST_MESSAGE_BYTES,
      });
      const closed = new Promise<void>((resolve) => this.once('close', () => resolve()));
      open.add(closed);
      void closed.then(() => open.delete(closed));
      this.once('open', () => {
        trouble = undefined;
        refused = false;
      });
      // Every one: a socket that is given up before it is open has no other listener any more.
      this.on('error', (cause) => {
        const status = /^Unexpected server response: (\d+)/.exec(cause.message)?.[1];
        refused = status === '401' || status === '403';
        trouble = status === undefined ? plain(cause) : explainStatus(status, token !== undefined);
      });
    }
  }
  return {
    // Same shape; the platform's type is tied to the DOM's events.
    WebSocket: AgentWebSocket as unknown as typeof WebSocket,
    trouble: () => trouble,
    isRefused: () => refused,
    closed: async () => {
      await Promise.all(open);
    },
  };
}

/** Far more than the server sends at once. */
const MOST_MESSAGE_BYTES = 8 * 1_048_576;

function explainStatus(status: string, hasToken: boolean): string {
  if (status === '401')
    return hasToken ? 'the server does not know this token' : 'the server wants a token: set HYPHAE_TOKEN';
  if (status === '403') return 'the server does not let this agent in: its token has not the right to share boards';
  if (status === '404') return 'there is no Hyphae server at this URL (404)';
  return `the server answered ${status}`;
}

/** `localhost` fails at two addresses, with one error that has no words of its own. */
const plain = (cause: Error): string =>
  cause.message ||
  (cause instanceof AggregateError ? cause.errors.map((each) => String(each.message)).join(', ') : cause.name);
