import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS } from './clients.ts';
import { flood } from './flood.ts';
import type { Persistence, RedisProcess } from './redis-process.ts';
import { REDIS, type Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

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

/** What happens to Redis itself. */
export const REDIS_SCENARIOS: readonly Scenario[] = [
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
];
