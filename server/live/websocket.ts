import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ClientId } from '../../src/contract/ids.ts';
import { RELAY_SUBPROTOCOL } from '../../src/contract/to-relay.ts';
import { isOriginAllowed } from '../access/origin.ts';
import { Connection, type LiveContext } from './connection.ts';

export interface Live {
  readonly connections: () => number;
  /** Tells clients to come back, spread over `drainMs`, closes them, and resolves when the last is gone. */
  drain(): Promise<void>;
}

/** Puts `/live` on a server. */
export function serveLive(server: Server, host: string, context: Omit<LiveContext, 'onHello' | 'onClose'>): Live {
  const { limits, metrics, clock } = context;
  const connections = new Set<Connection>();
  const byClient = new Map<ClientId, Connection>();
  let draining = false;
  let onEmpty: () => void = () => undefined;

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxMessageBytes,
    handleProtocols: (offered) => (offered.has(RELAY_SUBPROTOCOL) ? RELAY_SUBPROTOCOL : false),
  });

  const liveContext: LiveContext = {
    ...context,
    onHello(connection) {
      const older = byClient.get(connection.client);
      byClient.set(connection.client, connection);
      // The older one is most often half-open: it ends at once, so that the newer can claim its boards.
      older?.supersede();
    },
    onClose(connection) {
      connections.delete(connection);
      if (byClient.get(connection.client) === connection) byClient.delete(connection.client);
      if (connections.size === 0) onEmpty();
    },
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Until `ws` takes the socket over, an error on it has no other listener.
    const onError = (): void => metrics.refused.inc({ reason: 'upgrade-error' });
    socket.on('error', onError);
    const refusal = upgradeRefusal(request);
    if (refusal) {
      metrics.refused.inc({ reason: refusal.reason });
      socket.end(
        `HTTP/1.1 ${refusal.status}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${refusal.reason}\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', onError);
      connections.add(new Connection(webSocket, liveContext));
    });
  });

  function upgradeRefusal(request: IncomingMessage): { readonly status: string; readonly reason: string } | undefined {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/live') return { status: '404 Not Found', reason: 'not-found' };
    if (!isOriginAllowed(request.headers.origin, request.headers.host, host))
      return { status: '403 Forbidden', reason: 'origin-not-allowed' };
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
    if (!offered.includes(RELAY_SUBPROTOCOL)) return { status: '400 Bad Request', reason: 'subprotocol-missing' };
    if (draining) return { status: '503 Service Unavailable', reason: 'draining' };
    if (connections.size >= limits.maxConnections)
      return { status: '503 Service Unavailable', reason: 'max-connections' };
    return undefined;
  }

  let cancelBeat = clock.schedule(limits.pingMs, beat);
  function beat(): void {
    for (const connection of connections) connection.checkAlive();
    cancelBeat = clock.schedule(limits.pingMs, beat);
  }

  return {
    connections: () => connections.size,
    async drain() {
      draining = true;
      cancelBeat();
      const empty = connections.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => (onEmpty = resolve));
      for (const connection of connections) {
        const afterMs = Math.round(Math.random() * limits.drainMs);
        connection.send({ t: 'reconnect', afterMs, reason: 'the server is stopping' });
        connection.close(1001, 'the server is stopping');
      }
      // Who does not answer the close does not hold the server up.
      const cancel = clock.schedule(limits.drainMs, () => {
        for (const connection of connections) connection.terminate();
      });
      await empty;
      cancel();
    },
  };
}
