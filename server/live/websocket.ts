import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RELAY_CLOSE } from '../../src/contract/from-relay.ts';
import type { ClientId } from '../../src/contract/ids.ts';
import { RELAY_SUBPROTOCOL } from '../../src/contract/to-relay.ts';
import type { Principal } from '../access/principal.ts';
import { encodeMessage } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Metrics } from '../health.ts';
import { parseUpgrade, refusalResponse } from '../wire/handshake.ts';
import type { Admit } from './admission.ts';
import type { SharedRates } from './client-rates.ts';
import { Connection } from './connection.ts';
import { deflated } from './deflated.ts';
import type { DeliveryContext } from './delivery.ts';
import type { LiveContext } from './live-context.ts';
import { type ReaderCounts, sumOfCounts } from './reader.ts';
import { ReceivedCounts } from './received-counts.ts';

export interface Live {
  readonly counts: ReceivedCounts;
  connections(): ReadonlySet<Connection>;
  /** Told to the readers that are open now. */
  told(): ReaderCounts;
  /** Waiting in this process for clients to read. */
  pendingBytes(): number;
  /** Access was taken back: its sockets end. */
  revoked(principalId: string): void;
  /** Tells clients to come back, spread over `drainMs`, closes them, and resolves when the last is gone. */
  drain(): Promise<void>;
}

export interface LiveOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly delivery: DeliveryContext;
  readonly admit: Admit;
  readonly rates: SharedRates;
  readonly server: string;
  readonly build: string;
  /** Grant permessage-deflate to who offers it. */
  readonly deflate: boolean;
  /** An upgrade that somebody else takes. */
  readonly isOther?: (request: IncomingMessage) => boolean;
}

const STATUS: Readonly<Record<number, string>> = {
  401: '401 Unauthorized',
  403: '403 Forbidden',
  421: '421 Misdirected Request',
  429: '429 Too Many Requests',
  503: '503 Service Unavailable',
};

/** Puts `/live` on a server. */
export function serveLive(server: Server, options: LiveOptions): Live {
  const { limits, metrics, clock, delivery, admit } = options;
  const connections = new Set<Connection>();
  const byClient = new Map<ClientId, Connection>();
  const counts = new ReceivedCounts();
  let draining = false;
  let onEmpty: () => void = () => undefined;

  const context: LiveContext = {
    ...options,
    counts,
    deflated,
    peers: {
      maxMessageBytes: limits.maxMessageBytes,
      maxFragments: limits.maxFragments,
      closeMs: limits.closeMs,
      clock,
      onPongSkipped: () => metrics.refused.inc({ reason: 'pong-skipped' }),
    },
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

  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    if (options.isOther?.(request) === true) return;
    // Of an HTTP server over TCP or TLS: always a socket.
    const socket = duplex as Socket;
    const onError = (): void => metrics.refused.inc({ reason: 'upgrade-error' });
    socket.on('error', onError);
    const refuse = (status: string, reason: string): void => {
      metrics.refused.inc({ reason });
      socket.end(refusalResponse({ status, reason }));
      // Nobody reads it any more: what still comes goes by, and it does not stay.
      socket.resume();
      socket.once(
        'close',
        clock.schedule(limits.closeMs, () => socket.destroy()),
      );
    };
    const admission = admissionOf(request);
    if ('status' in admission) {
      refuse(admission.status, admission.reason);
      return;
    }
    const upgrade = parseUpgrade(request, { subprotocol: RELAY_SUBPROTOCOL, deflate: options.deflate });
    if (!upgrade.ok) {
      refuse(upgrade.status, upgrade.reason);
      return;
    }
    socket.off('error', onError);
    socket.write(upgrade.headers);
    const connection = new Connection(socket, upgrade.deflate, admission.principal, context);
    connections.add(connection);
    connection.start(head);
  });

  function admissionOf(
    request: IncomingMessage,
  ): { readonly principal: Principal } | { readonly status: string; readonly reason: string } {
    if (request.url?.split('?', 1)[0] !== '/live') return { status: '404 Not Found', reason: 'not-found' };
    if (draining) return { status: '503 Service Unavailable', reason: 'draining' };
    if (connections.size >= limits.maxConnections)
      return { status: '503 Service Unavailable', reason: 'max-connections' };
    const admission = admit(request);
    if (admission.ok) return admission;
    return { status: STATUS[admission.status] ?? `${admission.status} Refused`, reason: admission.code };
  }

  const stopHealth = delivery.bus.onHealth(() => {
    const frame = encodeMessage({ t: 'health', degraded: delivery.bus.health().degraded });
    for (const connection of connections) connection.control(frame);
  });

  let cancelBeat = clock.schedule(limits.pingMs, beat);
  function beat(): void {
    for (const connection of connections) connection.checkAlive();
    cancelBeat = clock.schedule(limits.pingMs, beat);
  }

  return {
    counts,
    connections: () => connections,
    told: () =>
      sumOfCounts(
        [...connections].flatMap(({ subscriptions }) => [...subscriptions.readers()].map(({ counts }) => counts)),
      ),
    pendingBytes: () => [...connections].reduce((sum, { pendingBytes }) => sum + pendingBytes, 0),
    revoked(principalId) {
      for (const connection of connections)
        if (connection.who.id === principalId) connection.close(RELAY_CLOSE.revoked, 'your access was taken back');
    },
    async drain() {
      draining = true;
      cancelBeat();
      stopHealth();
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
