import { REDIS_BEAT_STALE_MS } from '../../../src/contract/upstream/redis.ts';

/** Read whether or not somebody looks: a few messages a minute, and whoever comes later wants to know how things stand. */
export const ALWAYS: ReadonlySet<string> = new Set(['agents', 'alerts', 'system']);

const PARTS: Readonly<Record<string, readonly string[]>> = {
  'agents:status': ['agents'],
  'system:alerts': ['alerts'],
  'system:health': ['system'],
  'tasks:progress': ['tasks'],
  'mas.deep_agents.events': ['tasks'],
  'agents:tasks': ['bus', 'tools'],
  'agents:tool_calls': ['bus', 'tools'],
  'devices:telemetry': ['devices', 'telemetry'],
  'experiments:data': ['experiments', 'telemetry'],
  'mesh:packets': ['mesh'],
  'crep:live': ['entities'],
  'crep:fungal:updates': ['observations'],
};

/**
 * Which parts a feed fills, by its pattern or stream. Empty: it is read elsewhere — Mycorrhizae's messages beside its own streams, snapshots
 * of the map by the map.
 */
export function partsOf(from: string): readonly string[] {
  if (from.startsWith('mycorrhizae:')) return [];
  if (from.startsWith('entities:')) return ['entities'];
  if (from.startsWith('security:')) return ['security'];
  const known = PARTS[from];
  if (known !== undefined) return known;
  return from.startsWith('crep:') ? [] : ['other'];
}

/** What beats every 15 s; of the rest nobody promised how often it comes. */
const BEATS: ReadonlySet<string> = new Set(['system:health', 'agents:status']);
const UNPROMISED_STALE_MS = 300_000;

export const staleMsOf = (from: string): number => (BEATS.has(from) ? REDIS_BEAT_STALE_MS : UNPROMISED_STALE_MS);
