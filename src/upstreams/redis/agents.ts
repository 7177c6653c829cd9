import type { RedisAgent } from '../../contract/upstream/redis.ts';
import { detailsOf, type FeedMessage, idOf } from './about.ts';

/** What an agent's word means, in lower case. The supervisor puts what it did where others put how it is. Section 3.1. */
const HEALTH: ReadonlyMap<string, RedisAgent['health']> = new Map([
  ['idle', 'ok'],
  ['active', 'ok'],
  ['healthy', 'ok'],
  ['supervisor_started', 'ok'],
  ['agent_restarted', 'ok'],
  ['degraded', 'warn'],
  ['agent_unresponsive', 'warn'],
  ['error', 'bad'],
  ['agent_restart_failed', 'bad'],
]);

export const healthOf = (status: string): RedisAgent['health'] => HEALTH.get(status.trim().toLowerCase()) ?? 'unknown';

export function readAgent({ data, about, out }: FeedMessage): void {
  const agent = idOf(data.agent_id);
  if (agent === undefined) {
    out.count('dropped', 'no-agent-id');
    return;
  }
  const status = typeof data.status === 'string' ? data.status.slice(0, 64) : '';
  const record: RedisAgent = {
    ...about,
    t: 'agent',
    agent,
    status,
    health: healthOf(status),
    details: detailsOf(data.details),
  };
  if (record.health === 'unknown') out.count('unknown', 'agent-status', status);
  out.put('agents', agent, record);
}
