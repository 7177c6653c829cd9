import { directPoll } from './direct-poll.ts';
import { directSignalr } from './direct-signalr.ts';
import { directSse } from './direct-sse.ts';
import { directWebsocket } from './direct-websocket.ts';

/** A connection of this page itself, to look at an endpoint; what the lab lives on is held by the hub. */
export const DIRECT_TRANSPORTS = ['websocket', 'sse', 'signalr', 'poll'] as const;
export type DirectTransport = (typeof DIRECT_TRANSPORTS)[number];

/** One thing that went over it, or happened to it. */
export interface DirectFrame {
  readonly at: number;
  readonly dir: 'in' | 'out' | 'note';
  readonly form: 'text' | 'binary' | 'event' | 'invocation' | 'response' | 'note';
  /** The text; of binary frames the bytes as hex. Cut at `MAX_SHOWN`. */
  readonly text: string;
  readonly bytes: number;
  /** Event name and id, target, status. */
  readonly label: string;
  /** What it means as JSON: the event's data, the invocation's arguments. undefined: it is no JSON. */
  readonly json: unknown;
}

export type DirectState =
  | { readonly is: 'connecting' }
  | { readonly is: 'open' }
  | { readonly is: 'closed'; readonly why: string };

export interface DirectEvents {
  frame(frame: DirectFrame): void;
  state(state: DirectState): void;
}

export interface DirectConnection {
  /** Sends, or says why not. `hex`: bytes; SignalR takes `Method` or `["Method", argument, …]`. */
  send(text: string, as: 'text' | 'hex'): string | undefined;
  close(): void;
}

export interface DirectOptions {
  readonly url: string;
  /** For SSE and polling; a WebSocket cannot have any. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly everyMs: number;
}

export function openDirect(transport: DirectTransport, options: DirectOptions, events: DirectEvents): DirectConnection {
  switch (transport) {
    case 'websocket':
      return directWebsocket(options, events);
    case 'sse':
      return directSse(options, events);
    case 'signalr':
      return directSignalr(options, events);
    case 'poll':
      return directPoll(options, events);
  }
}
