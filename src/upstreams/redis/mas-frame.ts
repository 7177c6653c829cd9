import type { FeedFlag, FeedRecord } from '../../contract/upstream/redis.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { timeOf } from '../../decode/message-time.ts';
import { parseMended } from '../mended-json.ts';
import type { Out, ReadContext } from '../out.ts';
import { Seen } from '../seen.ts';
import { idOf, textOf } from './about.ts';
import type { RedisReader } from './reader.ts';
import { readTopology, type TopologyFacts } from './topology-facts.ts';

/** What a frame was, besides the records that it became. */
export type FrameResult =
  | { readonly is: 'read' }
  /** Of the connection, not of the platform. */
  | { readonly is: 'control'; readonly state: 'connected' | 'alive' }
  /** The far side lost what it reads from. */
  | { readonly is: 'reconnect'; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string }
  | { readonly is: 'topology'; readonly facts: TopologyFacts };

export interface FrameEvent {
  /** Of an event stream; '' for a socket's frame and for events without a name. */
  readonly event: string;
  readonly id: string | undefined;
  /** Bytes: a binary frame, which holds text all the same. */
  readonly data: string | Uint8Array;
}

/** Type of a frame → the Redis channel it was on. Section 6. */
const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['agent_status', 'agents:status'],
  ['system_health', 'system:health'],
  ['task_progress', 'tasks:progress'],
  ['memory_update', 'memory:updates'],
  ['scientific_data', 'experiments:data'],
  ['experiment_data', 'experiments:data'],
  ['earth2_prediction', 'earth2:predictions'],
  ['device_telemetry', 'devices:telemetry'],
  ['telemetry', 'devices:telemetry'],
  ['crep_update', 'crep:live'],
]);

const READ = { is: 'read' } as const;

/** The sockets of MAS that are fed by Redis, and the website's streams in front of them: the same messages in other wrappers. */
export class MasFrames {
  readonly #reader: RedisReader;
  readonly #seen = new Seen();

  constructor(reader: RedisReader) {
    this.#reader = reader;
  }

  /** `path`: where it was heard, with its query. */
  frame(path: string, { event, id, data: said }: FrameEvent, out: Out, context: ReadContext): FrameResult {
    const data = typeof said === 'string' ? said : textOfBytes(said);
    if (data === undefined) return rejected(out, 'not-utf8', '');
    const body = parseMended(data);
    // The name of a stream's event says it all, whatever is in it.
    if (event === 'ping') return { is: 'control', state: 'alive' };
    if (event === 'error') return { is: 'reconnect', reason: 'upstream_error' };
    if (body === undefined) return rejected(out, 'bad-json', data);
    const frame = body.value;
    if (!isJsonObject(frame)) return rejected(out, 'not-an-object', data);
    const flags: readonly FeedFlag[] = body.flags.length > 0 ? ['nan-repaired'] : [];
    if (event === 'packet') {
      this.#reader.read(packetOf(frame, id, flags, context), out, context);
      return READ;
    }
    const type = textOf(frame.type) ?? event;
    const control = controlOf(event, type, frame);
    if (control !== undefined) return control;
    if (isEntities(path)) {
      this.#reader.read(recordOf('entities:stream', frame, frame, flags, context), out, context);
      return READ;
    }
    if (type === 'snapshot') {
      const facts = readTopology(frame, context);
      return facts === undefined ? { is: 'failed', reason: 'snapshot_error' } : { is: 'topology', facts };
    }
    return this.#message(path, type, frame, flags, out, context);
  }

  #message(
    path: string,
    type: string,
    frame: JsonObject,
    flags: readonly FeedFlag[],
    out: Out,
    context: ReadContext,
  ): FrameResult {
    const from = CHANNELS.get(type) ?? (Object.hasOwn(frame, 'data') ? textOf(frame.channel) : undefined);
    if (from === undefined) {
      out.count('unknown', `frame:${type.slice(0, 40)}`);
      return READ;
    }
    if (from === 'memory:updates') {
      out.count('withheld', 'not_on_allow_list');
      return READ;
    }
    const data =
      type === 'telemetry' ? { device_id: frame.device_id ?? deviceOf(path), telemetry: frame.data } : frame.data;
    const wanted = /[?&]category=([^&]+)/.exec(path)?.[1];
    if (from === 'crep:live' && wanted !== undefined && isJsonObject(data) && data.category !== wanted) {
      // The far side acknowledges its filter and does not apply it.
      out.count('filtered', 'category');
      return READ;
    }
    const identity = JSON.stringify([from, frame.timestamp, frame.source, data]);
    if (frame.timestamp !== undefined && this.#seen.isRepeat(identity)) {
      out.count('deduped', 'frame', identity.slice(0, 200));
      return READ;
    }
    this.#reader.read(recordOf(from, frame, data, flags, context), out, context);
    return READ;
  }
}

function controlOf(event: string, type: string, frame: JsonObject): FrameResult | undefined {
  if (event === 'connected' || type === 'connected') return { is: 'control', state: 'connected' };
  if (type === 'pong' || type === 'filter_updated' || type === 'ping') return { is: 'control', state: 'alive' };
  if (type === 'error') return { is: 'reconnect', reason: 'upstream_error' };
  if (event === 'disconnected' || type === 'disconnected') return { is: 'reconnect', reason: 'upstream_disconnected' };
  if (frame.available === false) return { is: 'reconnect', reason: 'not_sse' };
  return undefined;
}

const isEntities = (path: string): boolean =>
  /^\/api\/(?:entities\/stream|stream\/entities)|[?&]mode=entities/.test(path);
const deviceOf = (path: string): string | undefined => /^\/(?:ws|api\/stream)\/devices\/([^/?]+)/.exec(path)?.[1];

function recordOf(
  from: string,
  frame: JsonObject,
  data: unknown,
  flags: readonly FeedFlag[],
  context: ReadContext,
): FeedRecord {
  const at = timeOf(frame.timestamp);
  const source = textOf(frame.source) ?? null;
  return { from, source, at: at ?? context.now, atFrom: at === undefined ? 'arrival' : 'wrapper', data, flags };
}

/** An entry of the mesh's stream, as the event stream in front of it tells it. */
function packetOf(
  packet: JsonObject,
  id: string | undefined,
  flags: readonly FeedFlag[],
  { now }: ReadContext,
): FeedRecord {
  const told = timeOf(packet.rx_time) ?? timeOf(packet.timestamp);
  const entryMs = /^(\d{10,16})-\d+$/.exec(id ?? '')?.[1];
  const at = told ?? (entryMs === undefined ? undefined : Number(entryMs));
  const isRaw = typeof packet.raw === 'string' && idOf(packet.packet_uid) === undefined;
  return {
    from: 'mesh:packets',
    source: null,
    at: at ?? now,
    atFrom: told !== undefined ? 'payload' : at === undefined ? 'arrival' : 'entry-id',
    data: isRaw ? { decode_error: true } : packet,
    flags,
    ...(id === undefined ? {} : { entry: id }),
  };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    // Not text: the undefined says so, and the caller counts it.
    return undefined;
  }
}

function rejected(out: Out, why: string, text: string): FrameResult {
  out.count('dropped', why, text.slice(0, 200));
  return READ;
}
