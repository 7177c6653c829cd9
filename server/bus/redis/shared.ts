import type { Clock } from '../../clock.ts';
import type { NodeId } from '../bus.ts';
import type { BusOptions } from '../memory.ts';
import type { Pulse } from '../pulse.ts';
import type { LagMeter } from './lag-meter.ts';
import type { RedisLink } from './link.ts';
import type { QueueBudget } from './queue-budget.ts';
import type { StateBytes } from './state-bytes.ts';

export interface RedisBusOptions extends BusOptions {
  /** `redis[s]://[user[:password]@]host[:port][/db]`; of a cluster any of its servers. */
  readonly redisUrl: string;
  /** What our keys begin with. Default `hyphae`. */
  readonly redisPrefix?: string | undefined;
  /** PEM of who signed the certificate of a `rediss://` server, if the system does not know them. */
  readonly redisCa?: string | undefined;
  /** Waiting for Redis while it is away, bytes. Default 32 MiB. */
  readonly busQueueBytes?: number | undefined;
}

/** What all channels of a Redis bus use together. */
export interface Shared {
  readonly node: NodeId;
  readonly prefix: string;
  readonly options: RedisBusOptions;
  readonly clock: Clock;
  readonly pulse: Pulse;
  readonly link: RedisLink;
  readonly budget: QueueBudget;
  readonly lag: LagMeter;
  readonly counts: { refused: number; rereads: number; reconnects: number };
  /** Numbers all that is published by this server, on whatever channel. */
  readonly nextNumber: () => number;
  /** Name of a local epoch. */
  readonly localEpoch: () => string;
  /** Sends what waits at the end of this turn of the event loop, together with what comes until then. */
  readonly soon: (one: { kick(): void }) => void;
  /** The last reader of a channel left. */
  readonly onLeft: () => void;
  /** Bounds what copies of state channels keep. */
  readonly stateBytes: StateBytes;
  /** A channel's Redis answers, but takes nothing, or takes it again. */
  readonly onStuck: () => void;
  /** Resolves when the link has changed in some way. */
  readonly changed: () => Promise<void>;
}
