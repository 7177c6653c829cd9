import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UpstreamSlug } from '../src/contract/upstream/upstream.ts';
import type { Access } from './access/access.ts';
import { openAccess } from './access/open-access.ts';
import { addAccessRoutes } from './access/routes.ts';
import { addApi } from './api/api.ts';
import { auditRoute } from './api/audit.ts';
import { openFeeds } from './bus/feeds/open-feeds.ts';
import { readFeedsConfig } from './bus/feeds/read-config.ts';
import { openBus } from './bus/open-bus.ts';
import { Pulse } from './bus/pulse.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { reloadTlsOnHangUp } from './connection-guards.ts';
import { isGatewayPath } from './gateway/gateway-sockets.ts';
import { addHealthRoutes, makeMetrics } from './health.ts';
import { makeHttp } from './http.ts';
import type { Admission } from './live/admission.ts';
import { makeDelivery } from './live/delivery.ts';
import { sumOfCounts } from './live/reader.ts';
import { SharedPresence } from './live/shared-presence.ts';
import { addSseRoute } from './live/sse.ts';
import { serveLive } from './live/websocket.ts';
import { listenOnIpv6Loopback } from './loopback-twin.ts';
import { Relay } from './relay/relay.ts';
import { serverGauges } from './server-gauges.ts';
import { tilesRoute } from './tiles.ts';
import { startUpstreams } from './upstreams.ts';

export interface HyphaeServer {
  readonly port: number;
  readonly access: Access;
  /** Upstreams that a simulator stands for. */
  readonly simulated: readonly UpstreamSlug[];
  readonly stats: () => {
    readonly connections: number;
    readonly boards: number;
    readonly leases: number;
    readonly commands: number;
    readonly channels: number;
    readonly keptBytes: number;
  };
  /** Stops taking new clients, sends the present ones away, and closes everything. */
  close(): Promise<void>;
}

const STARTING_MS = 60_000;

/** Puts the parts together and listens. Rejects with the system's error when the port cannot be had. */
export async function startServer(config: Config, clock: Clock = systemClock): Promise<HyphaeServer> {
  // Our timers keep no process alive. While Redis is away nothing else would, until it listens.
  const starting = setInterval(() => undefined, STARTING_MS);
  try {
    return await putTogether(config, clock);
  } finally {
    clearInterval(starting);
  }
}

async function putTogether(config: Config, clock: Clock): Promise<HyphaeServer> {
  const pulse = new Pulse({ windowMs: config.windowMs });
  const bus = await openBus(config, clock, pulse);
  const metrics = makeMetrics();
  const onRefused = (reason: string): void => metrics.refused.inc({ reason });
  const app = await makeHttp({ ...config, connect: config.gateway?.connect }, { onRefused });
  const relay = new Relay(config, bus, clock, (record) => app.log.info({ audit: record }, record.what));
  await relay.start();
  const stopReloading = config.tls && reloadTlsOnHangUp(app.server, config.tls, app.log);
  const access = await openAccess(config, bus, clock);
  addAccessRoutes(app, access, { now: clock.now, onRefused });
  const admit = (request: IncomingMessage): Admission => access.admit(request);
  const delivery = makeDelivery({ bus, relay, clock, limits: config, pulse });
  const server = bus.node;
  const sse = addSseRoute(app, { limits: config, clock, metrics, delivery, admit, server });
  const live = serveLive(app.server, {
    limits: config,
    clock,
    metrics,
    delivery,
    admit,
    rates: access.limits,
    server,
    build: process.env.HYPHAE_BUILD ?? 'server',
    deflate: config.deflate === 1,
    isOther: ({ url }) => isGatewayPath(url),
  });
  const feedsConfig = await readFeedsConfig({ ...process.env, HYPHAE_FEEDS: config.feedsFile });
  const feeds =
    feedsConfig && openFeeds(feedsConfig, bus, clock, { log: (complaint) => app.log.warn({ feed: complaint }) });
  const upstreams = await startUpstreams(app, { config, clock, access, bus, metrics, hasFeeds: feeds !== undefined });
  const { gateway } = upstreams;
  const presence = new SharedPresence(delivery.presence, bus, clock, config.presenceMs);
  await presence.start();
  addApi(app, {
    admit,
    metrics,
    context: delivery,
    rates: access.limits,
    presence,
    sockets: live.connections,
    streams: sse.streams,
    feeds: () => feeds?.stats() ?? [],
    gateway: gateway.state,
    more: [auditRoute(relay.audit), tilesRoute(config.tilesFile), ...upstreams.routes],
  });
  const { gauges, stop: stopGauges } = serverGauges({ live, sse, relay, access, feeds });
  let ready = true;
  addHealthRoutes(
    app,
    metrics,
    {
      now: clock.now,
      delivery: delivery.stats,
      bus: () => ({ health: bus.health(), stats: bus.stats() }),
      received: () => live.counts.entries(),
      told: () => sumOfCounts([delivery.ended, live.told(), sse.told()]),
      feeds: () => feeds?.stats() ?? [],
      gauges,
    },
    () => ready,
  );
  access.onRevoked((principal) => {
    live.revoked(principal);
    sse.revoked(principal);
    gateway.revoked(principal);
  });
  let closeTwin: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    ready = false;
    await relay.drain();
    await Promise.all([live.drain(), sse.drain(), gateway.drain()]);
    // What their owners' connections carried follows now that those have ended.
    await relay.drain();
    closeTwin?.();
    const cancel = clock.schedule(config.drainMs, () => app.server.closeAllConnections());
    await app.close();
    cancel();
    await feeds?.close();
    await upstreams.close();
    relay.close();
    presence.close();
    delivery.close();
    access.close();
    stopReloading?.();
    pulse.close();
    stopGauges();
    await bus.close();
  }

  const isLocalhost = config.host === 'localhost';
  let port: number;
  try {
    await app.listen({ host: isLocalhost ? '127.0.0.1' : config.host, port: config.port });
    ({ port } = app.server.address() as AddressInfo);
    if (isLocalhost) closeTwin = await listenOnIpv6Loopback(app.server, port);
  } catch (cause) {
    await close();
    throw cause;
  }

  return {
    port,
    access,
    simulated: upstreams.simulated,
    stats: () => ({ connections: live.connections().size + sse.streams().size, ...relay.stats(), ...bus.stats() }),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
