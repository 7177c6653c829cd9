import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';
import { type BusOptions, makeMemoryBus } from './memory.ts';
import type { Pulse } from './pulse.ts';
import { makeRedisBus } from './redis/redis-bus.ts';

export interface OpenBusOptions extends BusOptions {
  /** `redis[s]://[user[:password]@]host[:port][/db]`; of a cluster any of its servers. undefined: everything stays in this process. */
  readonly redisUrl?: string | undefined;
  /** What keys in Redis begin with. Default `hyphae`. */
  readonly redisPrefix?: string | undefined;
  /** PEM of who signed the certificate of a `rediss://` server, if the system does not know them. */
  readonly redisCa?: string | undefined;
  /** Waiting for Redis while it is away, bytes. */
  readonly busQueueBytes?: number | undefined;
}

/**
 * The bus that the options ask for. With Redis it waits up to two seconds for it, and begins degraded (`health`) if it does not come.
 * @throws TypeError for a `redisUrl` that is none.
 */
export async function openBus(options: OpenBusOptions, clock: Clock, pulse: Pulse): Promise<Bus> {
  const { redisUrl } = options;
  return redisUrl === undefined
    ? makeMemoryBus(options, clock, pulse)
    : await makeRedisBus({ ...options, redisUrl }, clock, pulse);
}
