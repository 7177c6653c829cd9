import type { EpochMs } from '../../contract/time.ts';
import type { MycorrhizaeKind, MycorrhizaeMessage } from '../../contract/upstream/mycorrhizae.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import type { ReadContext } from '../out.ts';
import { type Payload, readPayload, textOf } from './payload.ts';

const KINDS: ReadonlySet<string> = new Set<MycorrhizaeKind>([
  'telemetry',
  'event',
  'command',
  'insight',
  'query',
  'response',
  'heartbeat',
]);
const SOURCES: ReadonlySet<string> = new Set([
  'fci',
  'device',
  'sensor',
  'mas_agent',
  'mindex',
  'etl',
  'dashboard',
  'api',
  'system',
]);
const SIMULATED_TAGS: ReadonlySet<string> = new Set(['simulation', 'simulated']);
const MAX_TAGS = 16;
const MAX_TAG_CHARS = 64;

/**
 * A message as we use it. `sseId`: of the event that brought it, for a message without an id of its own. `sent`: its own
 * time. `skewMs`: how far the service's
 * clock is behind ours, where it cannot be believed; then it is judged by its own clock, and placed by arrival.
 */
export function readMessage(
  envelope: JsonObject & { readonly channel: string },
  sseId: string | undefined,
  context: ReadContext,
  more: readonly string[],
  sent: EpochMs | undefined,
  skewMs: number,
): MycorrhizaeMessage {
  const { channel } = envelope;
  const tags = tagsOf(envelope.tags);
  const payload = readPayload(envelope.payload, tags.includes('ack') || channel.endsWith('.ack'));
  const entity = entityOf(envelope, channel, payload);
  const at = skewMs === 0 ? (payload.at ?? sent) : undefined;
  const type = isJsonObject(envelope.source) ? envelope.source.type : undefined;
  const simulated = context.simulated || payload.simulated || tags.some((tag) => SIMULATED_TAGS.has(tag));
  const expiresAt = firstOf(
    payload.expiresAt,
    typeof envelope.ttl_seconds === 'number' && envelope.ttl_seconds >= 0 && sent !== undefined
      ? sent + envelope.ttl_seconds * 1_000
      : undefined,
  );
  const kind = kindOf(envelope.message_type, payload);
  const flags = [...more];
  if (simulated) flags.push('simulated');
  if (payload.trust === 'untrusted') flags.push('untrusted');
  if (kind === 'other') flags.push('unknown-message-type');
  if (typeof type !== 'string' || !SOURCES.has(type)) flags.push('unknown-source-type');
  if (skewMs !== 0) flags.push('clock-skew');
  if (expiresAt !== undefined && expiresAt < context.now - skewMs) flags.push('expired');
  return {
    t: 'message',
    key: payload.serial === undefined ? (textOf(envelope.id) ?? sseId ?? '') : `${entity}/${payload.serial}`,
    channel,
    kind,
    shape: payload.shape,
    entity,
    readings: payload.found.readings,
    dropped: payload.found.dropped,
    attributes: payload.found.attributes,
    trust: payload.trust,
    text: payload.text,
    ack: payload.ack,
    priority: typeof envelope.priority === 'number' ? envelope.priority : undefined,
    tags,
    expiresAt,
    at: at ?? context.now,
    atFrom: at === undefined ? 'arrival' : 'source',
    rx: context.now,
    source: typeof type === 'string' ? type.slice(0, MAX_TAG_CHARS) : '',
    provenance: simulated ? 'simulated' : payload.trust === 'untrusted' ? 'unknown' : 'measured',
    flags,
  };
}

/** What is past either lifetime is past. */
const firstOf = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

function kindOf(type: unknown, payload: Payload): MycorrhizaeKind {
  if (payload.ack !== undefined) return 'ack';
  return typeof type === 'string' && KINDS.has(type) ? (type as MycorrhizaeKind) : 'other';
}

function entityOf(envelope: JsonObject, channel: string, payload: Payload): string {
  const source = isJsonObject(envelope.source) ? envelope.source : {};
  return (
    payload.entity ??
    textOf(source.device_serial) ??
    (channel.startsWith('device.') ? textOf(channel.split('.')[1]) : undefined) ??
    textOf(source.id) ??
    ''
  );
}

const tagsOf = (tags: unknown): readonly string[] =>
  Array.isArray(tags)
    ? tags
        .slice(0, MAX_TAGS)
        .filter((tag) => typeof tag === 'string')
        .map((tag) => tag.slice(0, MAX_TAG_CHARS))
    : [];
