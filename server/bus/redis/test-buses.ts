import type { TestContext } from 'vitest';
import { type Clock, systemClock } from '../../clock.ts';
import type { Bus } from '../bus.ts';
import { CONTRACT_OPTIONS } from '../bus-contract.ts';
import { Pulse } from '../pulse.ts';
import { makeRedisBus, type RedisBusOptions } from './redis-bus.ts';
import { NO_REDIS, REDIS_SERVER, type RedisProcess, type RedisProcessOptions, startRedis } from './redis-process.ts';

/** A Redis and any number of servers' buses on it, all gone after the test. */
export interface TestBuses {
  readonly redis: RedisProcess;
  readonly open: (options?: Partial<RedisBusOptions>, clock?: Clock) => Promise<Bus>;
}

/** Skips the test, and says so, where there is no Redis. */
export async function startBuses(context: TestContext, options: RedisProcessOptions = {}): Promise<TestBuses> {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const redis = await startRedis(options);
  const open = busOpener(redis.url);
  // Runs first what was registered last: the buses go before their Redis.
  context.onTestFinished(async () => {
    await open.closeAll();
    await redis.close();
  });
  return { redis, open };
}

/** Opens buses on a Redis that somebody else looks after. */
export function busOpener(url: string) {
  const opened: (() => Promise<void>)[] = [];
  const open = async (options: Partial<RedisBusOptions> = {}, clock: Clock = systemClock): Promise<Bus> => {
    const pulse = new Pulse({ windowMs: 0 });
    const bus = await makeRedisBus({ ...CONTRACT_OPTIONS, redisUrl: url, ...options }, clock, pulse);
    opened.push(async () => {
      await bus.close();
      pulse.close();
    });
    return bus;
  };
  const closeAll = async () => void (await Promise.all(opened.map((close) => close())));
  return Object.assign(open, { closeAll });
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
