import type { IncomingMessage } from 'node:http';
import { WebSocket as NodeWebSocket } from 'ws';

export interface RelayAccess {
  /** For `relayUpstream`. */
  readonly WebSocket: typeof WebSocket;
  /** Why the last connection failed, in the system's or the server's words. */
  readonly trouble: () => string | undefined;
  /** The server answered that it does not let this agent in. */
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
      let isExplained = false;
      this.on('unexpected-response', (_, response: IncomingMessage) => {
        const { statusCode = 0 } = response;
        refused = statusCode === 401 || statusCode === 403;
        let reason = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          reason = (reason + text).slice(0, MOST_REASON);
        });
        response.once('close', () => {
          trouble = explainRefusal(statusCode, reason.trim(), token !== undefined);
          isExplained = true;
          this.terminate();
        });
      });
      // Every one: a socket that is given up before it is open has no other listener any more.
      this.on('error', (cause) => {
        if (isExplained) return;
        trouble = plain(cause);
        refused = false;
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

const MOST_REASON = 100;

function explainRefusal(status: number, reason: string, hasToken: boolean): string {
  if (status === 401 && !hasToken) return 'the server wants a token: set HYPHAE_TOKEN';
  if (status === 401) return 'the server does not know this token, or it has ended';
  if (status === 404) return 'there is no Hyphae server at this URL';
  return `the server answered ${status}${/^[\w -]+$/.test(reason) ? `, ${reason}` : ''}`;
}

/** `localhost` fails at two addresses, with one error that has no words of its own. */
const plain = (cause: Error): string =>
  cause.message ||
  (cause instanceof AggregateError ? cause.errors.map((each) => String(each.message)).join(', ') : cause.name);
