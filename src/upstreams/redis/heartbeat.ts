import type { RedisHeartbeat } from '../../contract/upstream/redis.ts';
import type { JsonObject } from '../../decode/json-object.ts';
import { addDropped, addReading, noReadings, numberOf, type Readings } from '../readings.ts';
import { type FeedMessage, flagged, textOf } from './about.ts';

const READINGS = [
  ['cpu_usage', '%'],
  ['memory_usage', '%'],
  ['uptime_seconds', 's'],
] as const;

/** The system's heartbeats; the count of beats going down tells that it was started again. */
export class Heartbeats {
  readonly #beats = new Map<string, number>();

  read({ data, about, out }: FeedMessage): void {
    if (data.event !== undefined && data.event !== 'system_heartbeat')
      out.count('unknown', 'system-event', textOf(data.event));
    const found = noReadings();
    for (const [name, unit] of READINGS) {
      const value = required(found, data, name);
      if (value !== undefined) addReading(found, name, value, unit);
    }
    const count = (name: string): number | undefined => required(found, data, name);
    const agents = present({
      total: count('total_agents'),
      active: count('active_agents'),
      degraded: count('degraded_agents'),
      error: count('error_agents'),
    });
    const totals = present({
      tasks: count('total_tasks_completed'),
      errors: count('total_errors'),
      insights: count('total_insights'),
    });
    const beats = count('heartbeat_count');
    const record: RedisHeartbeat = {
      ...flagged(about, ...(this.#isRestart(about.source, beats) ? ['restarted'] : [])),
      t: 'heartbeat',
      agents,
      totals,
      readings: found.readings,
      dropped: found.dropped,
      beats,
      redisConnected: typeof data.redis_connected === 'boolean' ? data.redis_connected : undefined,
    };
    for (const name of found.dropped) out.count('dropped', 'reading', name);
    out.put('system', about.source, record);
  }

  #isRestart(source: string, beats: number | undefined): boolean {
    if (beats === undefined) return false;
    const before = this.#beats.get(source);
    if (this.#beats.size < 100 || before !== undefined) this.#beats.set(source, beats);
    return before !== undefined && beats < before;
  }
}

/** Absent is absent; there and no number is dropped alone. */
function required(found: Readings, data: JsonObject, name: string): number | undefined {
  if (!Object.hasOwn(data, name)) return undefined;
  const value = numberOf(data[name]);
  if (value === undefined) addDropped(found, name);
  return value;
}

function present<K extends string>(values: Readonly<Record<K, number | undefined>>): Partial<Record<K, number>> {
  const result: Partial<Record<K, number>> = {};
  for (const key of Object.keys(values) as K[]) {
    const value = values[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}
