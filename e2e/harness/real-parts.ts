import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForeignRedis } from '../../server/bus/feeds/foreign-redis.ts';
import { findDotnet, findFastapi, findRedis } from '../../server/tools/protocol/languages.ts';
import type { UpstreamSlug } from '../../src/contract/upstream/upstream.ts';
import { RealCrep } from '../peers/crep/peer.ts';
import { type Flow, type RealMas, startRealMas } from '../peers/mas/peer.ts';
import { hasFastApi, MYCORRHIZAE_KEY, type MycorrhizaePeer, startRealMycorrhizae } from '../peers/mycorrhizae/peer.ts';
import { type NatureosPeer, startRealPeer } from '../peers/natureos/peer.ts';

/** The upstreams as the programs they really are: an ASP.NET Core hub, FastAPI on uvicorn, a redis-server. */

const PARTS: Readonly<Record<keyof StartedParts, { readonly needs: string; readonly slugs: readonly UpstreamSlug[] }>> =
  {
    natureos: { needs: 'the .NET SDK', slugs: ['natureos'] },
    mas: {
      needs: 'a Python with FastAPI',
      slugs: ['mas-scientific', 'mas-topology', 'mas-devices', 'mas-voice'],
    },
    mycorrhizae: { needs: 'a Python with FastAPI', slugs: ['mycorrhizae'] },
    redis: { needs: 'redis-server', slugs: ['redis'] },
    crep: { needs: 'a Python with FastAPI', slugs: ['crep'] },
  };

interface StartedParts {
  readonly natureos: NatureosPeer;
  readonly mas: RealMas;
  readonly mycorrhizae: MycorrhizaePeer;
  readonly redis: FedRedis;
  readonly crep: RealCrep;
}

export type RealPart = keyof StartedParts;

const dotnet = findDotnet();
const python = findFastapi();
const HERE: Readonly<Record<RealPart, boolean>> = {
  natureos: dotnet !== undefined,
  mas: python !== undefined,
  mycorrhizae: hasFastApi(),
  redis: findRedis() !== undefined,
  crep: python !== undefined,
};

/** Whether this computer can run it; told loudly where it cannot. */
export function isHere(part: RealPart): boolean {
  if (!HERE[part]) process.stderr.write(`!! No ${PARTS[part].needs}: the app is not tested against a real ${part}.\n`);
  return HERE[part];
}

/** The upstreams whose real parts run here. */
export const realSlugs = (): readonly UpstreamSlug[] =>
  (Object.keys(PARTS) as RealPart[]).filter((part) => HERE[part]).flatMap((part) => PARTS[part].slugs);

export interface RealParts extends Partial<StartedParts> {
  /** What a server is told to reach them. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts those of `wanted` that this computer can run, each with something to say. Default: all. */
export async function startRealParts(
  wanted: readonly RealPart[] = Object.keys(PARTS) as RealPart[],
): Promise<RealParts> {
  const isWanted = (part: RealPart): boolean => HERE[part] && wanted.includes(part);
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-real-'));
  const [natureos, mas, mycorrhizae, redis, crep] = await Promise.all([
    dotnet !== undefined && isWanted('natureos') ? startRealPeer(dotnet) : undefined,
    python !== undefined && isWanted('mas') ? startRealMas(python, FLOWS) : undefined,
    isWanted('mycorrhizae') ? startRealMycorrhizae({ commentS: 1, pingS: 5 }) : undefined,
    isWanted('redis') ? FedRedis.start() : undefined,
    python !== undefined && isWanted('crep') ? RealCrep.start(python) : undefined,
  ]);
  const stops = [
    ...(natureos ? [every(500, () => tellNatureos(natureos.url))] : []),
    // Its key may do 60 a minute, and each connect counts, too.
    ...(mycorrhizae ? [every(2_000, () => tellMycorrhizae(mycorrhizae))] : []),
  ];
  const upstreams = {
    ...(crep && { crep: { url: crep.url, altUrl: crep.url } }),
    ...(natureos && { natureos: { url: natureos.url } }),
    ...(mas && Object.fromEntries(PARTS.mas.slugs.map((slug) => [slug, { url: mas.url }]))),
    ...(mycorrhizae && { mycorrhizae: { url: mycorrhizae.url, secret: { env: 'REAL_PARTS_KEY' } } }),
  };
  const config = join(folder, 'hyphae.config.json');
  writeFileSync(config, JSON.stringify({ upstreams }, undefined, 2));
  return {
    ...(natureos && { natureos }),
    ...(mas && { mas }),
    ...(mycorrhizae && { mycorrhizae }),
    ...(redis && { redis }),
    ...(crep && { crep }),
    env: {
      HYPHAE_SIMULATE: '0',
      HYPHAE_CONFIG: config,
      REAL_PARTS_KEY: MYCORRHIZAE_KEY,
      ...(redis && { REDIS_FEEDS_URL: redis.url }),
    },
    async close() {
      for (const stop of stops) stop();
      await Promise.all([natureos?.stop(), mas?.stop(), mycorrhizae?.stop(), redis?.stop(), crep?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** While what is told is gone there is nobody to tell: the next turn tries again. */
function every(ms: number, tell: () => Promise<unknown>): () => void {
  const turn = (): void => void tell().catch(() => undefined);
  turn();
  const timer = setInterval(turn, ms);
  return () => clearInterval(timer);
}

const naiveUtc = (): string => new Date().toISOString().replace('Z', '');
const zonedUtc = (): string => new Date().toISOString().replace('Z', '+00:00');

let seq = 0;

/** A board reports, as boards do: by HTTP. */
function tellNatureos(url: string): Promise<unknown> {
  const bme688 = { temperature: 20 + (++seq % 50) / 10, humidity: 87.4, pressure: 1009.8, gas_resistance: 48_211 };
  return fetch(`${url}/api/mycobrain/telemetry`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      seq,
      serial: 'MB-REAL-1',
      fw_version: '2.3.1',
      ts: Date.now(),
      side_a: { ai_counts: {}, ai_volts: {}, bme688, i2c_devices: [], mosfet_states: {}, uptime_ms: 500 * seq },
      side_b: null,
      power: null,
    }),
  });
}

const tellMycorrhizae = (peer: MycorrhizaePeer): Promise<unknown> =>
  peer.publish(
    'device.MB-REAL-1.telemetry',
    { temperature: 20 + (++seq % 50) / 10, humidity: 80 },
    { device_serial: 'MB-REAL-1', source_id: 'MB-REAL-1' },
  );

const heartbeat = (agent_id: string) => ({
  type: 'agent_status',
  timestamp: naiveUtc(),
  source: 'heartbeat_service',
  data: { agent_id, status: 'active', details: { cycle_count: 1, heartbeat_seq: ++seq } },
});

/** What MAS says over its sockets. Its lists answer by themselves. */
const FLOWS: readonly Flow[] = [
  { path: '/ws/topology', words: () => [heartbeat('search'), heartbeat('financial')] },
  {
    path: '/ws/system/health',
    words: () => [
      {
        type: 'system_health',
        timestamp: naiveUtc(),
        source: 'heartbeat_service',
        data: { event: 'system_heartbeat', total_agents: 3, heartbeat_count: ++seq, redis_connected: true },
        channel: 'system:health',
      },
    ],
  },
  {
    path: '/ws/scientific',
    words: () => [
      {
        type: 'simulation.progress',
        payload: { id: 'sim-1', progress: ++seq % 100, eta: '1m', status: 'running' },
        timestamp: naiveUtc(),
      },
      {
        type: 'lab.instrument',
        payload: {
          ...{ id: 'inst-1b1d3348', name: 'Incubator North', type: 'incubator', status: 'online' },
          ...{ temperature: 24 + (seq % 10) / 10, humidity: 91, currentTask: null },
        },
        timestamp: naiveUtc(),
      },
    ],
  },
  {
    path: '/ws/scientific/data',
    words: () => [
      {
        type: 'scientific_data',
        timestamp: naiveUtc(),
        source: 'experiment:exp-1',
        data: { experiment_id: 'exp-1', data: { ph: 6 + (++seq % 10) / 10 } },
        channel: 'experiments:data',
      },
    ],
  },
  {
    path: '/ws/crep/commands',
    words: () => [{ type: 'frontend_command', command: { type: 'zoomBy', delta: 1 }, timestamp: zonedUtc() }],
  },
];

const FEED_MS = 500;

/** A redis-server that is published on: wrapped and bare messages, and a stream. */
export class FedRedis {
  readonly #server: ForeignRedis;
  #client: Awaited<ReturnType<ForeignRedis['client']>> | undefined;
  readonly #stopTelling: () => void;

  static async start(): Promise<FedRedis> {
    const server = await ForeignRedis.start();
    return new FedRedis(server, await server.client());
  }

  private constructor(server: ForeignRedis, client: Awaited<ReturnType<ForeignRedis['client']>>) {
    this.#server = server;
    this.#client = client;
    this.#stopTelling = every(FEED_MS, () => this.#tell());
  }

  get url(): string {
    return this.#server.url;
  }

  /** How many are connected, besides us. */
  async connections(): Promise<number> {
    const list = (await this.#client?.sendCommand(['CLIENT', 'LIST'])) as unknown;
    return String(list).trim().split('\n').length - 1;
  }

  async gone(on: boolean): Promise<void> {
    if (on) {
      this.#leave();
      await this.#server.kill();
      return;
    }
    await this.#server.start();
    this.#client = await this.#server.client();
  }

  async stop(): Promise<void> {
    this.#stopTelling();
    await this.gone(true);
  }

  #leave(): void {
    if (this.#client?.isOpen) this.#client.destroy();
    this.#client = undefined;
  }

  async #tell(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const wrapped = (channel: string, data: object): string =>
      JSON.stringify({ channel, data, timestamp: naiveUtc(), source: 'real', message_id: null });
    const beat = { event: 'system_heartbeat', memory_usage: 62, heartbeat_count: ++seq };
    const packet = { packet_uid: `real-${seq}`, from_node_id: '!a1b2c3d4', rx_rssi: -97, rx_time: zonedUtc() };
    await Promise.all([
      client.publish('system:health', wrapped('system:health', beat)),
      client.publish('agents:status', wrapped('agents:status', { agent_id: 'real', status: 'active', details: beat })),
      client.publish(
        'devices:telemetry',
        `{"device_id":"MB-1","telemetry":{"temperature":NaN,"humidity":${seq % 90}}}`,
      ),
      client.xAdd(
        'mesh:packets',
        '*',
        { data: JSON.stringify(packet) },
        { TRIM: { strategy: 'MAXLEN', threshold: 100 } },
      ),
    ]);
  }
}
