import cluster from 'node:cluster';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { UPSTREAMS, type UpstreamSlug } from '../src/contract/upstream/upstream.ts';
import type { Access } from './access/access.ts';
import type { Route } from './api/route.ts';
import type { Bus } from './bus/bus.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { type Gateway, serveGateway } from './gateway/gateway.ts';
import { addGatewayMetrics } from './gateway/gateway-metrics.ts';
import { upstreamsRoute } from './gateway/listing.ts';
import { PRESETS } from './gateway/presets/registry.ts';
import { makeTargets, toSimulate } from './gateway/targets.ts';
import type { Metrics } from './health.ts';
import type { Admission } from './live/admission.ts';
import { type SimulatorProcess, startSimulatorProcess } from './simulators/host-process.ts';
import { addSimulatorsPage, simulatorRoutes } from './simulators/page-routes.ts';
import { simulateFeeds } from './simulators/redis.ts';

export interface UpstreamsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly access: Access;
  readonly bus: Bus;
  readonly metrics: Metrics;
  /** The platform's Redis feeds are configured. */
  readonly hasFeeds: boolean;
}

/** Everything between this server and the upstreams. */
export interface Upstreams {
  readonly gateway: Gateway;
  /** Routes of `/api`. */
  readonly routes: readonly Route[];
  /** Slugs that a simulator stands for. */
  readonly simulated: readonly UpstreamSlug[];
  close(): Promise<void>;
}

/** Starts the simulators that are wanted, and puts the gateway to them and to the configured upstreams on the server. */
export async function startUpstreams(app: FastifyInstance, options: UpstreamsOptions): Promise<Upstreams> {
  const { config, clock, access, bus, metrics, hasFeeds } = options;
  const wanted = toSimulate(config.gateway, config.simulate === true).filter((slug) => slug !== 'redis');
  const simulators: SimulatorProcess | undefined =
    wanted.length === 0 ? undefined : await startSimulatorProcess(wanted);
  try {
    const targets = makeTargets({
      file: config.gateway,
      presets: PRESETS,
      env: process.env,
      simulator: (slug) => simulators?.url(slug),
      processes: config.processes,
    });
    const onRefused = (reason: string): void => metrics.refused.inc({ reason });
    const gateway = await serveGateway(app, {
      targets,
      clock,
      limits: config,
      admit: (request) => access.admit(request),
      admitOnce: (request) => admitOnce(access, request),
      onRefused,
    });
    addGatewayMetrics(metrics.registry, gateway);
    if (simulators !== undefined) addSimulatorsPage(app);
    const areFeedsSimulated = config.simulate === true && !hasFeeds;
    const stopFeeds = areFeedsSimulated && isFirstProcess() ? simulateFeeds(bus, clock) : undefined;
    const feeds = hasFeeds ? 'configured' : areFeedsSimulated ? 'simulated' : 'none';
    return {
      gateway,
      routes: [upstreamsRoute({ targets, feeds }), ...(simulators === undefined ? [] : simulatorRoutes(simulators))],
      simulated: UPSTREAMS.filter((slug) =>
        slug === 'redis' ? areFeedsSimulated : targets.get(slug)?.simulated === true,
      ),
      async close() {
        stopFeeds?.();
        gateway.close();
        await simulators?.close();
      },
    };
  } catch (cause) {
    await simulators?.close();
    throw cause;
  }
}

/** Of several that share a port, and a bus: what is published is published once. */
const isFirstProcess = (): boolean => cluster.isPrimary || cluster.worker?.id === 1;

/** A request that ends with its answer: the rate of its address counts, not its connections. */
function admitOnce(access: Access, request: IncomingMessage): Admission {
  const limit = access.required ? access.limits.request(access.originOf(request).address) : undefined;
  if (limit === undefined) return access.authenticate(request);
  const { code, retryAfterMs } = limit;
  return { ok: false, status: 429, code, message: 'Too many requests from this address.', retryAfterMs };
}
