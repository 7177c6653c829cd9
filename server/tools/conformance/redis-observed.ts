import { isPrivileged } from '../../../src/upstreams/redis/access.ts';
import { type Observed, valuesOf } from './mycorrhizae-expect.ts';
import type { Told } from './mycorrhizae-recorder.ts';

/** Where a record was put → its kind in the words of the vectors; a kind with several words is any of them. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  agents: ['agent'],
  alerts: ['alert'],
  system: ['system', 'heartbeat'],
  tasks: ['task'],
  bus: ['agent_event', 'agent-event', 'event', 'bus', 'task', 'agent'],
  tools: ['tool'],
  devices: ['telemetry'],
  experiments: ['experiment'],
  mesh: ['mesh'],
  observations: ['observation'],
  security: ['security'],
  other: ['other', 'prediction', 'predictions', 'earth2'],
};

const PRIVILEGED_PARTS: ReadonlySet<string> = new Set(['bus', 'tools', 'security']);

type Fields = Readonly<Record<string, unknown>>;

/** A record in the words of the vectors. `from`: the Redis channel, where it is known. `kind`: which of our words the vector uses. */
export function observedRecord(part: string, record: Fields, from: string, kind: unknown): Observed {
  const words = part === 'entities' ? [String(record.t)] : (KINDS[part] ?? [part]);
  const position = record.position as Fields | undefined;
  const dropped = Array.isArray(record.dropped) ? record.dropped : [];
  return {
    ...record,
    outcome: dropped.length > 0 ? 'partial' : 'deliver',
    kind: words.includes(String(kind)) ? kind : words[0],
    entity:
      record.entity ??
      record.agent ??
      record.deviceId ??
      record.fromNode ??
      record.fromAgent ??
      (record.details as Fields | undefined)?.id,
    at: record.atFrom,
    atMs: record.at,
    values: valuesOf(record.readings),
    heartbeat: record.beats,
    dedupeKey: record.key,
    indeterminate: part === 'tools' ? record.progress === null : undefined,
    lat: position?.lat,
    lng: position?.lng,
    access: isPrivileged(from) || PRIVILEGED_PARTS.has(part) || record.isPrivileged === true ? 'privileged' : undefined,
  };
}

/** What kept a message from becoming a record. */
export function observedCount({ what, reason, excerpt }: Extract<Told, { is: 'count' }>): Observed | undefined {
  switch (what) {
    case 'dropped':
      return { outcome: 'reject', reason: reason.replaceAll('-', '_') };
    case 'deduped':
      return { outcome: 'dedupe', dedupeKey: excerpt };
    case 'late':
      return { outcome: 'stale', kind: 'alert', alertId: excerpt, reason: reason.replaceAll('-', '_') };
    case 'withheld':
      return { outcome: 'withhold', reason };
    case 'filtered':
      return { outcome: 'filtered', reason };
    case 'unknown':
      return { outcome: 'ignore', reason };
    default:
      return undefined;
  }
}
