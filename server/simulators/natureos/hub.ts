import { randomBytes } from 'node:crypto';
import type { SimAnswer, SimHost, SimRequest, SimSocket } from '../simulator.ts';
import { LongPollCarrier, StreamCarrier } from './http-carriers.ts';
import { type Carrier, HUB_TIMERS, HubConnection, type HubEvents, type HubTimers } from './hub-connection.ts';
import { ALL, callMethod } from './hub-methods.ts';
import { isoTime } from './iso-time.ts';

export const HUB_PATH = '/natureos-hub';
export type HubTransport = Carrier['name'];

const MOST_WAITING = 1_000;
const WAIT_MS = 15_000;

/** A SignalR hub of our own, small: negotiation, three transports, groups, methods and pings, as NatureOS has them. */
export class Hub {
  /** Which transports it offers to whoever comes next. */
  transports: readonly HubTransport[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];
  readonly #host: SimHost;
  readonly #timers: HubTimers;
  /** Negotiated and not yet connected: token → id. */
  readonly #waiting = new Map<string, string>();
  readonly #connections = new Set<HubConnection>();
  /** Connections that are spoken to by requests: token → connection. */
  readonly #byToken = new Map<string, HubConnection>();

  constructor(host: SimHost, timers: HubTimers = HUB_TIMERS) {
    this.#host = host;
    this.#timers = timers;
  }

  get connections(): ReadonlySet<HubConnection> {
    return this.#connections;
  }

  /** What the hub says to a group; nobody outside it hears anything. */
  toGroup(group: string, target: string, argument: unknown): void {
    for (const connection of this.#connections) if (connection.groups.has(group)) connection.invoke(target, argument);
  }

  http({ method, path, query, headers, body }: SimRequest): SimAnswer | Promise<SimAnswer> | undefined {
    if (path === `${HUB_PATH}/negotiate`) return method === 'POST' ? this.#negotiate(query) : NOT_ALLOWED;
    if (path !== HUB_PATH) return undefined;
    const token = query.get('id') ?? '';
    const open = this.#byToken.get(token);
    if (method === 'POST') {
      if (open === undefined) return NO_CONNECTION;
      open.receive(body);
      return { text: '' };
    }
    if (method === 'DELETE') {
      if (open === undefined) return NO_CONNECTION;
      open.over();
      return { status: 202, text: '' };
    }
    return headers.accept?.includes('text/event-stream') === true ? this.#stream(token) : this.#poll(token, open);
  }

  /** Undefined: taken. Without an id it was not negotiated, which is allowed. */
  socket(query: URLSearchParams, socket: SimSocket): number | undefined {
    const token = query.get('id');
    const id = token === null ? shortId() : this.#waiting.get(token);
    if (id === undefined || !this.transports.includes('WebSockets')) return 404;
    if (token !== null) this.#waiting.delete(token);
    const connection = this.#connect(id, {
      name: 'WebSockets',
      send: (text) => socket.send(text),
      close: () => socket.close(1000),
      cut: () => socket.terminate(),
    });
    socket.onMessage((data) => connection.receive(data));
    socket.onClose(() => connection.over());
    return undefined;
  }

  close(): void {
    for (const connection of this.#connections) connection.drop();
  }

  #negotiate(query: URLSearchParams): SimAnswer {
    const [connectionId, connectionToken] = [shortId(), shortId()];
    if (this.#waiting.size >= MOST_WAITING) return { status: 503, text: 'too many connections' };
    const isNew = Number(query.get('negotiateVersion') ?? 0) >= 1;
    const token = isNew ? connectionToken : connectionId;
    this.#waiting.set(token, connectionId);
    this.#host.once(WAIT_MS, () => this.#waiting.delete(token));
    const availableTransports = this.transports.map((transport) => ({
      transport,
      transferFormats: transport === 'ServerSentEvents' ? ['Text'] : ['Text', 'Binary'],
    }));
    return {
      json: isNew
        ? { negotiateVersion: 1, connectionId, connectionToken, availableTransports }
        : { negotiateVersion: 0, connectionId, availableTransports },
    };
  }

  #stream(token: string): SimAnswer {
    const id = this.#waiting.get(token);
    if (id === undefined || !this.transports.includes('ServerSentEvents')) return NO_CONNECTION;
    this.#waiting.delete(token);
    return {
      stream: (stream) => {
        const connection = this.#connect(id, new StreamCarrier(stream), token);
        stream.raw(':\r\n\r\n');
        return () => connection.over();
      },
    };
  }

  #poll(token: string, open: HubConnection | undefined): SimAnswer | Promise<SimAnswer> {
    if (open !== undefined)
      return open.carrier instanceof LongPollCarrier ? open.carrier.poll() : { status: 400, text: 'another transport' };
    const id = this.#waiting.get(token);
    if (id === undefined || !this.transports.includes('LongPolling')) return NO_CONNECTION;
    this.#waiting.delete(token);
    const carrier = new LongPollCarrier(this.#host, () => this.#byToken.delete(token));
    this.#connect(id, carrier, token);
    // The first one only makes the connection.
    return { text: '', type: 'text/plain' };
  }

  #connect(id: string, carrier: Carrier, token?: string): HubConnection {
    const connection = new HubConnection(id, carrier, this.#host, this.#events, this.#timers);
    this.#connections.add(connection);
    if (token !== undefined) this.#byToken.set(token, connection);
    return connection;
  }

  readonly #events: HubEvents = {
    onReady: (connection) => {
      connection.groups.add(ALL);
      const timestamp = isoTime(this.#host.now());
      connection.invoke('Connected', { connectionId: connection.id, timestamp, message: 'Connected to the hub' });
    },
    onInvocation: (connection, target, args, invocationId) => {
      const room = {
        now: () => isoTime(this.#host.now()),
        others: (caller: HubConnection) => [...this.#connections].filter((other) => other !== caller),
      };
      const error = callMethod(room, connection, target, args);
      if (invocationId === undefined) return;
      connection.say({ type: 3, invocationId, ...(error === undefined ? { result: null } : { error }) });
    },
    onClosed: (connection) => {
      this.#connections.delete(connection);
      // A long poll still has to hear that it is over.
      if (connection.carrier instanceof LongPollCarrier && !connection.carrier.isCut) return;
      for (const [token, other] of this.#byToken) if (other === connection) this.#byToken.delete(token);
    },
  };
}

const NO_CONNECTION: SimAnswer = { status: 404, text: 'No Connection with that ID' };
const NOT_ALLOWED: SimAnswer = { status: 405, text: '' };

const shortId = (): string => randomBytes(16).toString('base64url');
