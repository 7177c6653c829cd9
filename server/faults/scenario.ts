import type { Persistence } from './redis-process.ts';
import type { Engine, Stage } from './stage.ts';

/** One way in which a day goes bad. It ends what it began. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly engines: readonly Engine[];
  /** Only with a Redis that keeps this much. Absent: any. */
  readonly persistence?: readonly Persistence[];
  /**
   * Scenarios of one lane come one after the other; the lanes run at the same time. bus: Redis and the links to it. server: the servers.
   * edge: clients and their links.
   */
  readonly lane: 'bus' | 'server' | 'edge';
  run(stage: Stage): Promise<void>;
}

export const BOTH: readonly Engine[] = ['memory', 'redis'];
export const REDIS: readonly Engine[] = ['redis'];
