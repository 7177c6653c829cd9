import type { FeedRecord, RedisOther } from '../../contract/upstream/redis.ts';
import { isJsonObject } from '../../decode/json-object.ts';
import type { Out, ReadContext } from '../out.ts';
import { Seen } from '../seen.ts';
import { aboutOf, type FeedMessage } from './about.ts';
import { readAgent } from './agents.ts';
import { Alerts } from './alerts.ts';
import { Heartbeats } from './heartbeat.ts';
import { readMeasured } from './measured.ts';
import { readPacket } from './mesh.ts';
import { readCrepLive, readEntity, readObservation } from './places.ts';
import { readSecurity } from './security.ts';
import { readAgentBus, readDeepTask, readTask } from './tasks.ts';

interface Typed {
  readonly read: (message: FeedMessage) => void;
  /** What such a message must have, for the reason when it is not even an object. */
  readonly needs: string;
}

/** Gives what feeds say: by the Redis channel a record came on, whatever channel of ours it was put in. */
export class RedisReader {
  readonly #tasks = new Seen();
  readonly #packets = new Seen();
  readonly #alerts = new Alerts();
  readonly #heartbeats = new Heartbeats();
  readonly #typed: ReadonlyMap<string, Typed> = new Map([
    ['devices:telemetry', { read: (it) => readMeasured('device', it), needs: 'device-id' }],
    ['experiments:data', { read: (it) => readMeasured('experiment', it), needs: 'experiment-id' }],
    ['agents:status', { read: readAgent, needs: 'agent-id' }],
    ['crep:live', { read: readCrepLive, needs: 'category' }],
    ['system:alerts', { read: (it) => this.#alerts.read(it), needs: 'alert' }],
    ['system:health', { read: (it) => this.#heartbeats.read(it), needs: 'heartbeat' }],
    ['tasks:progress', { read: (it) => readTask(it, this.#tasks), needs: 'agent-id' }],
    ['agents:tasks', { read: readAgentBus, needs: 'agent-event' }],
    ['agents:tool_calls', { read: readAgentBus, needs: 'agent-event' }],
    ['mas.deep_agents.events', { read: readDeepTask, needs: 'task' }],
    ['mesh:packets', { read: (it) => readPacket(it, this.#packets), needs: 'packet' }],
    ['crep:fungal:updates', { read: readObservation, needs: 'observation' }],
  ] satisfies readonly (readonly [string, Typed])[]);

  read(record: FeedRecord, out: Out, context: ReadContext): void {
    const { from, data } = record;
    const typed = this.#typed.get(from) ?? FAMILIES.find(([start]) => from.startsWith(start))?.[1];
    const about = aboutOf(record, context);
    if (typed === undefined) {
      out.event('other', { ...about, t: 'other', from, data } satisfies RedisOther);
      return;
    }
    if (!isJsonObject(data)) {
      out.count('dropped', `no-${typed.needs}-not-an-object`, JSON.stringify(data)?.slice(0, 200));
      return;
    }
    typed.read({ record, data, about, out, context });
  }
}

/** Channels with a name of their own each. */
const FAMILIES: readonly (readonly [start: string, typed: Typed])[] = [
  ['entities:', { read: readEntity, needs: 'entity' }],
  ['security:', { read: readSecurity, needs: 'event' }],
];

/** What comes on a feed channel of our server, as far as it can be relied on there. */
export const isFeedRecord = (value: unknown): value is FeedRecord =>
  isJsonObject(value) &&
  typeof value.from === 'string' &&
  typeof value.at === 'number' &&
  Array.isArray(value.flags) &&
  Object.hasOwn(value, 'data');
