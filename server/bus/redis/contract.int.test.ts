import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '../../clock.ts';
import { testBusContract } from '../bus-contract.ts';
import { Pulse } from '../pulse.ts';
import { makeRedisBus } from './redis-bus.ts';
import { NO_REDIS, REDIS_SERVER, type RedisProcess, startRedis } from './redis-process.ts';
import { sleep } from './test-buses.ts';

describe.skipIf(REDIS_SERVER === undefined)(`the contract of a bus, on Redis (or: ${NO_REDIS})`, () => {
  let redis: RedisProcess;
  let made = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  testBusContract(async (options) => {
    const pulse = new Pulse({ windowMs: 0 });
    // Each case has names of its own.
    const redisPrefix = `case${++made}`;
    const bus = await makeRedisBus({ ...options, redisUrl: redis.url, redisPrefix }, systemClock, pulse);
    return { bus, pass: sleep, close: () => bus.close() };
  });
});
