import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the server counts. One registry per server, so that tests can run several. */
export interface Metrics {
  readonly registry: Registry;
  readonly deliveries: Counter;
  readonly deliveredBytes: Counter;
  readonly received: Counter<'type'>;
  /** Messages, sockets and requests that were refused, by reason. */
  readonly refused: Counter<'reason'>;
  /** Records and rows told as gaps to slow clients. */
  readonly left: Counter;
  /** From publication to the socket, seconds. */
  readonly ageAtSocket: Histogram;
}

/** Read when somebody asks. */
export interface HealthSources {
  readonly connections: () => number;
  readonly boards: () => number;
  readonly channels: () => number;
  readonly keptBytes: () => number;
  readonly leases: () => number;
  readonly pendingCommands: () => number;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    deliveries: new Counter({ name: 'hyphae_deliveries_total', help: 'Messages sent to clients', registers }),
    deliveredBytes: new Counter({ name: 'hyphae_delivered_bytes_total', help: 'Bytes sent to clients', registers }),
    received: new Counter({
      name: 'hyphae_received_total',
      help: 'Messages from clients, by type',
      labelNames: ['type'],
      registers,
    }),
    refused: new Counter({
      name: 'hyphae_refused_total',
      help: 'Messages and sockets that were refused, by reason',
      labelNames: ['reason'],
      registers,
    }),
    left: new Counter({
      name: 'hyphae_left_out_total',
      help: 'Records and rows told as gaps to slow clients',
      registers,
    }),
    ageAtSocket: new Histogram({
      name: 'hyphae_age_at_socket_seconds',
      help: 'Age of channel data when it is handed to a socket',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    }),
  };
}

/** `/healthz`: the process answers. `/readyz`: new clients are welcome. `/metrics`: for Prometheus. */
export function addHealthRoutes(
  app: FastifyInstance,
  metrics: Metrics,
  sources: HealthSources,
  isReady: () => boolean,
): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [metrics.registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('hyphae_connections', 'Open client connections', sources.connections);
  gauge('hyphae_boards', 'Shared boards', sources.boards);
  gauge('hyphae_channels', 'Channels with a history', sources.channels);
  gauge('hyphae_kept_bytes', 'Bytes kept in channel histories', sources.keptBytes);
  gauge('hyphae_leases', 'Leases held', sources.leases);
  gauge('hyphae_pending_commands', 'Commands without a last word', sources.pendingCommands);
  collectDefaultMetrics({ register: metrics.registry });

  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
