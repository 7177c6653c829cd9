import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ChannelKind } from '../src/contract/channel.ts';
import type { EpochMs } from '../src/contract/time.ts';
import type { BusHealth, BusStats } from './bus/bus.ts';
import type { FeedStats } from './bus/feeds/feed-stats.ts';
import type { DeliveryStats } from './live/delivery-stats.ts';

/** What the server counts at rare events; what happens at every message is counted in plain numbers and read when somebody asks. */
export interface Metrics {
  readonly registry: Registry;
  /** Messages, sockets and requests that were refused, by reason. */
  readonly refused: Counter<'reason'>;
}

/** Read when somebody asks. */
export interface HealthSources {
  readonly now: () => EpochMs;
  readonly delivery: DeliveryStats;
  readonly bus: () => { readonly health: BusHealth; readonly stats: BusStats };
  /** Messages from clients, by type. */
  readonly received: () => Iterable<readonly [type: string, count: number]>;
  /** Told to readers: of those that ended and those that read still. */
  readonly told: () => { readonly left: number; readonly gaps: number; readonly thinned: number };
  readonly feeds: () => readonly FeedStats[];
  readonly gauges: Readonly<Record<string, { readonly help: string; readonly read: () => number }>>;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const refused = new Counter({
    name: 'hyphae_refused_total',
    help: 'Messages, sockets and requests that were refused, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  return { registry, refused };
}

const KINDS: readonly ChannelKind[] = ['events', 'state', 'samples'];

/** `/healthz`: the process answers. `/readyz`: new clients are welcome, and whether anything is missing. `/metrics`: for Prometheus. */
export function addHealthRoutes(
  app: FastifyInstance,
  metrics: Metrics,
  sources: HealthSources,
  isReady: () => boolean,
): void {
  addGauges(metrics.registry, sources);
  collectDefaultMetrics({ register: metrics.registry });

  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', (_request, reply) => {
    const { degraded } = sources.bus().health;
    const ready = isReady() && degraded === undefined;
    return reply.code(ready ? 200 : 503).send({ ready, draining: !isReady(), degraded: degraded ?? null });
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return `${await metrics.registry.metrics()}${ageHistogram(sources.delivery)}`;
  });
}

function addGauges(registry: Registry, sources: HealthSources): void {
  const registers = [registry];
  /** What nobody knows now (undefined) is not there, rather than 0. */
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  };
  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  for (const [name, { help, read }] of Object.entries(sources.gauges)) gauge(`hyphae_${name}`, help, read);
  const { delivery, bus, told } = sources;
  counter(
    'hyphae_deliveries_total',
    'Frames sent to clients; several at once, where one catches up, count as one',
    () => delivery.frames,
  );
  counter('hyphae_socket_writes_total', 'Writes to client sockets', () => delivery.writes);
  counter('hyphae_delivered_bytes_total', 'Bytes sent to clients', () => delivery.bytes);
  counter('hyphae_left_out_total', 'Records and rows told as gaps', () => told().left);
  counter('hyphae_gaps_total', 'Gaps told', () => told().gaps);
  counter('hyphae_thinned_total', 'Rows left out by thinning', () => told().thinned);
  gauge('hyphae_bus_degraded', '1 while the servers cannot reach each other', () =>
    bus().health.degraded === undefined ? 0 : 1,
  );
  gauge('hyphae_bus_lag_seconds', 'From publication to its arrival through the bus', () => {
    const { lagMs } = bus().health;
    return lagMs === undefined ? undefined : lagMs / 1000;
  });
  gauge('hyphae_bus_queued_bytes', 'Publications that wait for the bus', () => bus().stats.queuedBytes);
  counter('hyphae_bus_refused_total', 'Publications that the bus refused', () => bus().stats.refused);
  counter('hyphae_bus_rereads_total', 'Holes that were read again', () => bus().stats.rereads);
  counter('hyphae_bus_reconnects_total', 'Connections to the bus that were made again', () => bus().stats.reconnects);
  gauge('hyphae_channels', 'Channels that are known here', () => bus().stats.channels);
  gauge('hyphae_kept_bytes', 'Bytes kept in channel histories', () => bus().stats.keptBytes);
  new Counter({
    name: 'hyphae_received_total',
    help: 'Messages from clients, by type',
    labelNames: ['type'],
    registers,
    collect() {
      this.reset();
      for (const [type, count] of sources.received()) this.inc({ type }, count);
    },
  });
  new Counter({
    name: 'hyphae_feed_messages_total',
    help: 'Messages of foreign feeds, by source, channel there and what became of them',
    labelNames: ['source', 'from', 'what'],
    registers,
    collect() {
      this.reset();
      for (const { source, from, delivered, dropped } of sources.feeds()) {
        this.inc({ source, from, what: 'delivered' }, delivered);
        for (const [what, count] of Object.entries(dropped)) this.inc({ source, from, what }, count);
      }
    },
  });
  new Gauge({
    name: 'hyphae_age_at_socket_ms',
    help: 'Age of new channel data when it is handed to a socket, by kind and quantile, in the last one to two minutes',
    labelNames: ['kind', 'quantile'],
    registers,
    collect() {
      for (const kind of KINDS) {
        for (const quantile of [0.5, 0.99]) {
          const ageMs = delivery.ages(kind).quantile(quantile, sources.now());
          if (ageMs === undefined) this.remove({ kind, quantile: String(quantile) });
          else this.set({ kind, quantile: String(quantile) }, ageMs);
        }
      }
    },
  });
}

/** The ages as a Prometheus histogram, so that several servers can be added up. */
function ageHistogram(delivery: DeliveryStats): string {
  const name = 'hyphae_age_at_socket_seconds';
  const lines = [`# HELP ${name} Age of new channel data when it is handed to a socket`, `# TYPE ${name} histogram`];
  for (const kind of KINDS) {
    const ages = delivery.ages(kind);
    for (const [boundMs, count] of ages.cumulative())
      lines.push(`${name}_bucket{kind="${kind}",le="${(boundMs / 1000).toPrecision(3)}"} ${count}`);
    lines.push(`${name}_bucket{kind="${kind}",le="+Inf"} ${ages.count}`);
    lines.push(`${name}_sum{kind="${kind}"} ${ages.sumMs / 1000}`, `${name}_count{kind="${kind}"} ${ages.count}`);
  }
  return `${lines.join('\n')}\n`;
}
