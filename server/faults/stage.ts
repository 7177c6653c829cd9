import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildGroup, startGroup } from './child-group.ts';
import type { Entrance } from './clients.ts';
import { type HyphaeProcess, makeHyphae } from './hyphae-process.ts';
import type { Finding } from './log-line.ts';
import type { FromPublishers, ToPublishers } from './publishers.ts';
import { makeRedis, type Persistence, type RedisProcess } from './redis-process.ts';
import type { FromSubscribers, ToSubscribers } from './subscribers.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';

export type Engine = 'memory' | 'redis';

export interface StageOptions {
  readonly engine: Engine;
  readonly persistence: Persistence;
  readonly folder: string;
  readonly random: () => number;
  readonly subscriberGroups: number;
}

/** A server notices within this time that Redis is gone, or is back, ms. Generous: what is judged is whether, not when. */
const NOTICE_MS = 15_000;
const READY_MS = 25_000;

/** All that runs during one storm: Redis, servers, the proxies between, the clients' processes. */
export class Stage {
  readonly engine: Engine;
  readonly folder: string;
  readonly random: () => number;
  readonly findings: Finding[] = [];
  readonly redis: RedisProcess | undefined;
  readonly servers: readonly HyphaeProcess[];
  /** Between each server and Redis. */
  readonly busProxies: readonly TcpProxy[];
  /** Before each server. */
  readonly doorProxies: readonly TcpProxy[];
  readonly subscribers: readonly ChildGroup<ToSubscribers, FromSubscribers>[];
  readonly publishers: ChildGroup<ToPublishers, FromPublishers>;

  private constructor(
    parts: Pick<Stage, 'engine' | 'folder' | 'random' | 'redis' | 'servers' | 'busProxies' | 'doorProxies'>,
    groups: number,
  ) {
    this.engine = parts.engine;
    this.folder = parts.folder;
    this.random = parts.random;
    this.redis = parts.redis;
    this.servers = parts.servers;
    this.busProxies = parts.busProxies;
    this.doorProxies = parts.doorProxies;
    const subscribers = new URL('./subscribers.ts', import.meta.url);
    this.subscribers = Array.from({ length: groups }, () => startGroup<ToSubscribers, FromSubscribers>(subscribers));
    this.publishers = startGroup<ToPublishers, FromPublishers>(new URL('./publishers.ts', import.meta.url));
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { engine, folder, persistence, random } = options;
    const redisFolder = join(folder, 'redis');
    mkdirSync(redisFolder, { recursive: true });
    const redis = engine === 'redis' ? await makeRedis(redisFolder, persistence) : undefined;
    const servers: HyphaeProcess[] = [];
    const busProxies: TcpProxy[] = [];
    const doorProxies: TcpProxy[] = [];
    for (let index = 0; index < (engine === 'redis' ? 2 : 1); index++) {
      const env: Record<string, string> = { ...SERVER_ENV };
      if (redis !== undefined) {
        const bus = await openTcpProxy(() => redis.port);
        busProxies.push(bus);
        env.REDIS_URL = `redis://127.0.0.1:${bus.port}`;
      }
      const server = await makeHyphae(index, folder, env);
      servers.push(server);
      doorProxies.push(await openTcpProxy(() => server.port));
    }
    const stage = new Stage(
      { engine, folder, random, redis, servers, busProxies, doorProxies },
      options.subscriberGroups,
    );
    try {
      await redis?.start();
      await Promise.all(servers.map((server) => server.start()));
      await stage.green(servers);
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  get entrances(): readonly Entrance[] {
    return this.servers.map(({ index, port }) => ({
      direct: { server: index, port },
      proxied: { server: index, port: this.doorProxies[index]?.port ?? port },
    }));
  }

  /** One of several, drawn. */
  pick<T>(some: readonly T[]): T {
    const one = some[Math.floor(this.random() * some.length)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  }

  /** Between `least` and `most`, drawn. */
  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  /** Redis is away from these servers: they must say so, and never look well while `meanwhile` lasts. */
  async red(servers: readonly HyphaeProcess[], meanwhile: () => Promise<void>): Promise<void> {
    const isGreen = async (server: HyphaeProcess): Promise<boolean> => (await server.readyz()) === 200;
    // One that is frozen says nothing, and when it goes on it cannot know yet: its own word counts.
    const isRed = async (server: HyphaeProcess): Promise<boolean> => {
      const said = await server.readyz();
      return !server.isUp() || (said !== undefined && said !== 200);
    };
    for (const server of servers)
      if (!(await until(() => isRed(server), NOTICE_MS)))
        this.#find('shown-green', `server ${server.index} says it is ready ${NOTICE_MS} ms after Redis went away`);
    let isOver = false;
    const watching = servers.map(async (server) => {
      while (!isOver) {
        if ((await isGreen(server)) && !isOver)
          return this.#find('shown-green', `server ${server.index} said it is ready while Redis was away`);
        await sleep(100);
      }
    });
    await meanwhile();
    isOver = true;
    await Promise.all(watching);
  }

  /** All is well again: these servers must say so. */
  async green(servers: readonly HyphaeProcess[]): Promise<void> {
    for (const server of servers)
      if (!(await until(async () => (await server.readyz()) === 200, READY_MS)))
        this.#find(
          'not-ready',
          `server ${server.index} is not ready ${READY_MS} ms after all was well: ${server.said().slice(-500)}`,
        );
  }

  #find(kind: Finding['kind'], text: string): void {
    this.findings.push({ kind, text });
  }

  /** Ends the faults that a failed scenario left behind. */
  heal(): void {
    this.redis?.thaw();
    for (const server of this.servers) server.thaw();
    for (const group of this.subscribers) group.process.signal('SIGCONT');
    for (const proxy of [...this.busProxies, ...this.doorProxies]) {
      proxy.delay(0);
      proxy.set('pass');
    }
  }

  async close(): Promise<void> {
    for (const { process: own } of [...this.subscribers, this.publishers]) own.signal('SIGKILL');
    await Promise.all([...this.servers.map((server) => server.stop()), this.redis?.stop()]);
    await Promise.all([...this.subscribers, this.publishers].map(({ process: own }) => own.ended));
    for (const proxy of [...this.busProxies, ...this.doorProxies]) proxy.close();
  }
}

/** Times shortened, so that a storm is short; nothing else differs from what `npm start` runs. */
const SERVER_ENV: Readonly<Record<string, string>> = {
  HYPHAE_LOG: 'warn',
  HYPHAE_DRAIN_MS: '1000',
  HYPHAE_PING_MS: '3000',
};
