import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS } from './clients.ts';
import { flood } from './flood.ts';
import type { Persistence, RedisProcess } from './redis-process.ts';
import type { Engine, Stage } from './stage.ts';
import type { TcpProxy } from './tcp-proxy.ts';

/** One way in which a day goes bad. It ends what it began. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly engines: readonly Engine[];
  /** Only with a Redis that keeps this much. Absent: any. */
  readonly persistence?: readonly Persistence[];
  /** Scenarios of one lane come one after the other; the lanes run at the same time. bus: Redis and servers. edge: clients and their links. */
  readonly lane: 'bus' | 'edge';
  run(stage: Stage): Promise<void>;
}

const BOTH: readonly Engine[] = ['memory', 'redis'];
const REDIS: readonly Engine[] = ['redis'];

const redisOf = (stage: Stage): RedisProcess => {
  if (stage.redis === undefined) throw new Error('this scenario needs Redis');
  return stage.redis;
};

/** Kills Redis, sees that the servers say so, and starts it again; `meanwhile` happens to its files. */
async function killRedis(stage: Stage, meanwhile: (redis: RedisProcess) => void = () => undefined): Promise<void> {
  const redis = redisOf(stage);
  await redis.kill();
  meanwhile(redis);
  await stage.red(stage.servers, () => sleep(stage.between(0, 1_500)));
  await redis.start();
  await stage.green(stage.servers);
}

const killed = (persistence: Persistence, about: string): Scenario => ({
  name: `redis-killed-${persistence}`,
  about,
  engines: REDIS,
  persistence: [persistence],
  lane: 'bus',
  run: (stage) => killRedis(stage),
});

async function whileBus(stage: Stage, proxy: TcpProxy, mode: 'refuse' | 'swallow' | 'hold', ms: number): Promise<void> {
  const server = stage.servers[stage.busProxies.indexOf(proxy)];
  if (server === undefined) throw new Error('a bus proxy belongs to a server');
  proxy.set(mode);
  await stage.red([server], () => sleep(ms));
  proxy.set('pass');
  await stage.green([server]);
}

export const SCENARIOS: readonly Scenario[] = [
  killed('none', 'kill -9 Redis; it comes back empty'),
  killed('everysec', 'kill -9 Redis with an append-only file, fsync every second'),
  killed('always', 'kill -9 Redis with an append-only file, fsync at every write'),
  {
    name: 'redis-loses-last-second',
    about: 'as after a power cut: the last second of the append-only file is gone',
    engines: REDIS,
    persistence: ['everysec'],
    lane: 'bus',
    async run(stage) {
      const before = redisOf(stage).logBytes();
      await sleep(1_000);
      await killRedis(stage, (redis) => redis.forgetAfter(before));
    },
  },
  {
    name: 'redis-old-snapshot',
    about: 'kill -9 Redis; it comes back as it was some seconds ago',
    engines: REDIS,
    persistence: ['none'],
    lane: 'bus',
    async run(stage) {
      await redisOf(stage).command('SAVE');
      await sleep(stage.between(500, 2_000));
      await killRedis(stage);
    },
  },
  {
    name: 'redis-emptied',
    about: 'somebody says FLUSHALL',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      await redisOf(stage).command('FLUSHALL');
      await sleep(1_000);
    },
  },
  {
    name: 'redis-frozen',
    about: 'SIGSTOP Redis for at least five seconds',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      const redis = redisOf(stage);
      redis.freeze();
      await stage.red(stage.servers, () => sleep(2_000));
      redis.thaw();
      await stage.green(stage.servers);
    },
  },
  {
    name: 'redis-cuts-readers',
    about: 'Redis closes every subscribing connection, then every connection',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      const redis = redisOf(stage);
      await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await sleep(stage.between(200, 1_000));
      await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await stage.green(stage.servers);
    },
  },
  {
    name: 'redis-output-buffer',
    about: 'a server reads Redis too slowly and is closed for its output buffer',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      const redis = redisOf(stage);
      const slow = stage.pick(stage.busProxies);
      const other = stage.servers[1 - stage.busProxies.indexOf(slow)];
      await redis.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 65536 32768 1');
      slow.set('hold');
      if (other !== undefined) await flood(other.port, EVENTS[0] ?? '', 120, 16_384);
      await sleep(1_500);
      slow.set('pass');
      await stage.green(stage.servers);
      await redis.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 33554432 8388608 60');
    },
  },
  {
    name: 'bus-cut',
    about: 'one server cannot reach Redis: connections refused',
    engines: REDIS,
    lane: 'bus',
    run: (stage) => whileBus(stage, stage.pick(stage.busProxies), 'refuse', stage.between(500, 3_000)),
  },
  {
    name: 'bus-silent',
    about: 'one server cannot reach Redis, and nothing tells it',
    engines: REDIS,
    lane: 'bus',
    run: (stage) => whileBus(stage, stage.pick(stage.busProxies), 'swallow', stage.between(500, 2_000)),
  },
  {
    name: 'bus-stalled',
    about: 'the link between one server and Redis stalls, and then delivers all of it',
    engines: REDIS,
    lane: 'bus',
    run: (stage) => whileBus(stage, stage.pick(stage.busProxies), 'hold', stage.between(500, 2_000)),
  },
  {
    name: 'bus-torn',
    about: 'the connections between the servers and Redis are cut in the middle of an answer',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      for (let round = 0; round < 3; round++) {
        for (const proxy of stage.busProxies) proxy.cutAfter(() => Math.floor(stage.between(1, 5_000)));
        await sleep(stage.between(300, 1_000));
      }
      await stage.green(stage.servers);
    },
  },
  {
    name: 'server-killed',
    about: 'kill -9 a server; it is started again',
    engines: BOTH,
    lane: 'bus',
    async run(stage) {
      const server = stage.pick(stage.servers);
      await server.kill();
      await sleep(stage.between(0, 1_500));
      await server.start();
      await stage.green([server]);
    },
  },
  {
    name: 'server-drained',
    about: 'SIGTERM to a server under load; it is started again when it has ended',
    engines: BOTH,
    lane: 'bus',
    async run(stage) {
      const server = stage.pick(stage.servers);
      if (!(await server.drain()))
        stage.findings.push({ kind: 'broken', text: `server ${server.index} did not end after SIGTERM` });
      await server.start();
      await stage.green([server]);
    },
  },
  {
    name: 'servers-rolled',
    about: 'every server is drained and started again, one after the other',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      for (const server of stage.servers) {
        if (!(await server.drain()))
          stage.findings.push({ kind: 'broken', text: `server ${server.index} did not end after SIGTERM` });
        await server.start();
        await stage.green([server]);
      }
    },
  },
  {
    name: 'server-frozen',
    about: 'SIGSTOP a server for some seconds',
    engines: BOTH,
    lane: 'bus',
    async run(stage) {
      const server = stage.pick(stage.servers);
      server.freeze();
      await sleep(stage.between(1_000, 5_000));
      server.thaw();
      await stage.green([server]);
    },
  },
  {
    name: 'clock-jump',
    about: 'the wall clock of a server jumps a day ahead, then an hour back',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const server = stage.pick(stage.servers);
      for (const aheadMs of [86_400_000, -3_600_000, 0]) {
        server.shiftClock(aheadMs);
        await sleep(stage.between(700, 1_200));
      }
    },
  },
  {
    name: 'clients-torn',
    about: 'connections of clients are cut in the middle of a frame',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      for (let round = 0; round < 4; round++) {
        for (const proxy of stage.doorProxies) proxy.cutAfter(() => Math.floor(stage.between(1, 8_000)));
        await sleep(stage.between(300, 1_000));
      }
    },
  },
  {
    name: 'clients-half-open',
    about: 'what clients and a server send each other vanishes, and nobody is told',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const proxy = stage.pick(stage.doorProxies);
      proxy.set('swallow');
      await sleep(stage.between(1_000, 5_000));
      proxy.set('pass');
    },
  },
  {
    name: 'clients-stalled',
    about: 'the link of some clients stalls while much is published, and then delivers all of it',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const proxy = stage.pick(stage.doorProxies);
      proxy.set('hold');
      await flood(stage.pick(stage.servers).port, stage.pick(EVENTS), 150, 16_384);
      await sleep(stage.between(500, 2_500));
      proxy.set('pass');
    },
  },
  {
    name: 'clients-slow-link',
    about: 'everything to and from some clients takes a third of a second longer',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const proxy = stage.pick(stage.doorProxies);
      proxy.delay(300);
      await sleep(2_500);
      proxy.delay(0);
    },
  },
  {
    name: 'subscribers-frozen',
    about: 'SIGSTOP a process full of subscribers while much is published',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const group = stage.pick(stage.subscribers);
      group.process.signal('SIGSTOP');
      await flood(stage.pick(stage.servers).port, stage.pick(EVENTS), 150, 16_384);
      await sleep(stage.between(1_000, 4_000));
      group.process.signal('SIGCONT');
    },
  },
];
