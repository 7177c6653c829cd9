import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { makeMemoryBus } from './bus/memory.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { addHealthRoutes, makeMetrics } from './health.ts';
import { makeHttp } from './http.ts';
import { serveLive } from './live/websocket.ts';
import { listenOnIpv6Loopback } from './loopback-twin.ts';
import { Relay } from './relay/relay.ts';

export interface HyphaeServer {
  readonly port: number;
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

/** Puts the parts together and listens. Rejects with the system's error when the port cannot be had. */
export async function startServer(config: Config, clock: Clock = systemClock): Promise<HyphaeServer> {
  const bus = makeMemoryBus(config, clock);
  const relay = new Relay(config, bus, clock);
  const metrics = makeMetrics();
  const app = await makeHttp(config);
  const live = serveLive(app.server, config.host, {
    limits: config,
    bus,
    relay,
    clock,
    metrics,
    server: randomUUID(),
    build: process.env.HYPHAE_BUILD ?? 'server',
  });
  const stats: HyphaeServer['stats'] = () => ({ connections: live.connections(), ...relay.stats(), ...bus.stats() });
  let ready = true;
  addHealthRoutes(
    app,
    metrics,
    {
      connections: live.connections,
      boards: () => stats().boards,
      channels: () => stats().channels,
      keptBytes: () => stats().keptBytes,
      leases: () => stats().leases,
      pendingCommands: () => stats().commands,
    },
    () => ready,
  );
  const closeAndRethrow = async (cause: unknown): Promise<never> => {
    await app.close();
    throw cause;
  };
  const isLocalhost = config.host === 'localhost';
  await app.listen({ host: isLocalhost ? '127.0.0.1' : config.host, port: config.port });
  const { port } = app.server.address() as AddressInfo;
  const closeTwin = isLocalhost ? await listenOnIpv6Loopback(app.server, port).catch(closeAndRethrow) : undefined;
  let closing: Promise<void> | undefined;
  return {
    port,
    stats,
    close() {
      ready = false;
      closing ??= live.drain().then(async () => {
        relay.close();
        closeTwin?.();
        await app.close();
      });
      return closing;
    },
  };
}
