import type { CrepKind } from '../../contract/upstream/crep.ts';
import type { Out, ReadContext } from '../out.ts';
import { readFrame } from './frame.ts';
import { isObject, type Json, numberOf, stringOf } from './json.ts';
import { busKind, kindOf, LISTS, type RouteHints, UNIFIED_LISTS } from './kinds.ts';
import { readMapCommand } from './map-command.ts';
import { openskyRows } from './opensky-rows.ts';
import { readItem, readItems, type Sink } from './read-items.ts';
import { newReading, type Reading } from './reading.ts';
import { removeItem } from './remove.ts';
import { isSpaceWeather, readSpaceWeather } from './space-weather.ts';
import type { CrepStore } from './store.ts';
import { reasonOf } from './text.ts';
import { parseTime } from './time.ts';
import { isTimelinePoint, readFlightTrail, readTimeline } from './trail.ts';

/** Where a message came from. */
export interface CrepContext extends ReadContext {
  readonly hints: RouteHints;
  /** How often it is asked; 0: it came by itself. */
  readonly everyMs: number;
}

/** One frame of a socket or bus: text, or bytes that are UTF-8 JSON. */
export function readMessage(
  data: string | Uint8Array | ArrayBuffer,
  store: CrepStore,
  out: Out,
  context: CrepContext,
): Reading {
  const frame = readFrame(data);
  if (frame.is === 'value') return readValue(frame.value, store, out, context);
  const reading = newReading();
  if (frame.is === 'empty') reading.is = 'nothing';
  else {
    reading.is = 'unknown';
    reading.why = frame.why;
    reading.dropped = 1;
    out.count('dropped', frame.why, typeof data === 'string' ? data.slice(0, 80) : '');
  }
  return reading;
}

/** The JSON of an answer or a message into the store (crep §6.1). */
export function readValue(value: unknown, store: CrepStore, out: Out, context: CrepContext): Reading {
  const reading = newReading();
  store.beginMessage();
  const { hints, now } = context;
  const sink: Sink = {
    store,
    out,
    reading,
    merge: { now, everyMs: context.everyMs, simulated: context.simulated },
    item: {
      now,
      carrier: 'plain',
      source: isObject(value) ? ownSource(value) : undefined,
      wrapperMs: isObject(value) ? wrapperClock(value) : undefined,
      feed: hints.feed,
    },
  };
  readAny(value, hints.kind, sink, hints, 0);
  return reading;
}

const ownSource = (value: Json): string | undefined => stringOf(value.source);
/** readsb's `now`, in seconds: its ages are before it. */
const wrapperClock = (value: Json): number | undefined =>
  typeof value.now === 'number' && ('ac' in value || 'aircraft' in value) ? parseTime(value.now) : undefined;

/** Wrappers in wrappers in wrappers are nobody's. */
const MOST_DEPTH = 5;

function readAny(value: unknown, kind: CrepKind | undefined, sink: Sink, hints: RouteHints, depth: number): undefined {
  const { reading, out } = sink;
  if (value === null || value === undefined) return rest(reading, 'nothing');
  if (Array.isArray(value)) {
    if (value.length === 0) return rest(reading, 'nothing');
    if (isTimelinePoint(value[0])) return takeTrail(reading, readTimeline(value));
    return readItems(value, kind, sink, carrierOf(hints));
  }
  if (!isObject(value) || depth > MOST_DEPTH) return fail(reading, out, 'shape');
  if (readControl(value, sink) || readBus(value, kind, sink, hints, depth)) return;
  if (readWrapper(value, kind, sink, hints, depth)) return;
  readAnswer(value, kind, sink, hints, depth);
}

/** Greetings, keep-alives, and words about the link. */
function readControl(value: Json, { reading, out, merge }: Sink): boolean {
  switch (value.type) {
    case 'connected':
    case 'hello':
    case 'pong':
    case 'ping':
    case 'heartbeat':
    case 'filter_updated':
      reading.is = 'control';
      reading.serverTimeMs = parseTime(value.server_time ?? value.timestamp);
      return true;
    case 'error':
      fail(reading, out, value.message ?? value.error ?? 'error');
      return true;
    case 'frontend_command': {
      reading.is = 'command';
      reading.command = readMapCommand(value.command);
      if (reading.command === undefined) out.count('dropped', 'map-command');
      return true;
    }
    default:
  }
  if (typeof value.connected === 'boolean' && 'messageCount' in value && typeof value.type === 'string') {
    reading.is = 'control';
    reading.link = { source: value.type, connected: value.connected, count: numberOf(value.messageCount) };
    return true;
  }
  // A wrong key stays wrong however often one asks.
  if (typeof value.error === 'string' && /api key/i.test(value.error)) {
    reading.is = 'refused';
    reading.why = reasonOf(value.error);
    return true;
  }
  if (isSpaceWeather(value)) {
    reading.is = 'panel';
    reading.panel = readSpaceWeather(value, merge.now, merge.simulated);
    reading.applied += 1;
    return true;
  }
  return false;
}

/** Messages of the in-process bus and its subscriptions. */
function readBus(value: Json, kind: CrepKind | undefined, sink: Sink, hints: RouteHints, depth: number): boolean {
  const { action } = value;
  if ((action === 'add' || action === 'update' || action === 'remove') && 'data' in value) {
    const of = kindOf(value.type) ?? kind;
    if (action === 'remove') removeItem(value.data, of, sink);
    else readAny(value.data, of, sink, hints, depth + 1);
    return true;
  }
  if (!('payload' in value)) return false;
  sink.item.source ??= stringOf(isObject(value.metadata) ? value.metadata.source : undefined);
  if (value.payload === null || value.payload === undefined) rest(sink.reading, 'control');
  else
    readAny(
      value.payload,
      busKind(value.channel) ?? (value.type === 'event' || value.type === 'observation' ? value.type : kind),
      sink,
      hints,
      depth + 1,
    );
  return true;
}

function readWrapper(value: Json, kind: CrepKind | undefined, sink: Sink, hints: RouteHints, depth: number): boolean {
  if (value.type === 'crep_update' || (typeof value.category === 'string' && 'data' in value && !('id' in value))) {
    readAny(value.data, kindOf(value.category) ?? kind, sink, hints, depth + 1);
    return true;
  }
  if (isObject(value.entity)) {
    readAny(value.entity, kind, sink, hints, depth + 1);
    return true;
  }
  return false;
}

/** An answer with its list, or one bare entity. */
function readAnswer(value: Json, kind: CrepKind | undefined, sink: Sink, hints: RouteHints, depth: number): undefined {
  const { reading, out, item } = sink;
  reading.serverTimeMs ??= numberOf(value.server_time_ms);
  const failed = value.available === false || value.success === false || isSaid(value.error);
  const why = (): unknown => value.message ?? value.error ?? 'it says that it is not available';
  item.source ??= ownSource(value);

  if (Array.isArray(value.states)) {
    item.source = 'opensky';
    return readItems(openskyRows(value.states), 'aircraft', sink, 'plain');
  }
  if (Array.isArray(value.trail)) return takeTrail(reading, readFlightTrail(value));
  for (const [name, of] of LISTS) {
    const list = value[name];
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) {
      // A field of an entity that happens to have a list's name.
      if (isEntity(value)) break;
      return fail(reading, out, 'shape');
    }
    if (failed && list.length === 0) return fail(reading, out, why());
    // What it still has is told with its own times; that it fails is told beside it.
    if (failed) reading.why = reasonOf(why());
    if (list.length === 0 && reading.serverTimeMs !== undefined) return rest(reading, 'nothing');
    return readItems(list, of ?? kind, sink, carrierOf(hints));
  }
  const { data } = value;
  if (Array.isArray(data)) {
    if (isTimelinePoint(data[0])) return takeTrail(reading, readTimeline(data));
    return failed && data.length === 0 ? fail(reading, out, why()) : readItems(data, kind, sink, carrierOf(hints));
  }
  if (isObject(data) && !isEntity(value))
    return readUnified(data, kind, sink, hints, depth, failed ? why() : undefined);
  if (failed) return fail(reading, out, why());
  // How the collectors are.
  if (typeof value.status === 'string' && kind === undefined && !isEntity(value)) return rest(reading, 'control');
  // Asked for counts only.
  if (isObject(value.counts) && data === undefined && !isEntity(value)) return rest(reading, 'nothing');
  if (kind === undefined && !isEntity(value)) return fail(reading, out, 'shape');
  readItem(value, kind, sink, carrierOf(hints));
}

/** `data` with a list for each kind: their numbers are 0 where there are none. */
function readUnified(
  data: Json,
  kind: CrepKind | undefined,
  sink: Sink,
  hints: RouteHints,
  depth: number,
  failure: unknown,
): undefined {
  let lists = 0;
  let items = 0;
  for (const name in data) {
    const list = data[name];
    if (!Array.isArray(list)) continue;
    lists += 1;
    items += list.length;
    const of = Object.hasOwn(UNIFIED_LISTS, name) ? UNIFIED_LISTS[name] : undefined;
    if (of !== undefined) readItems(list, of, sink, 'slim');
    else if (list.length > 0) {
      sink.reading.unknownKinds += list.length;
      sink.out.count('unknown', `list:${name.slice(0, 40)}`);
    }
  }
  if (failure !== undefined) {
    if (items === 0) fail(sink.reading, sink.out, failure);
    else sink.reading.why = reasonOf(failure);
  } else if (lists === 0) readAny(data, kind, sink, hints, depth + 1);
}

const isEntity = (value: Json): boolean =>
  'geometry' in value ||
  'id' in value ||
  'icao24' in value ||
  'icao' in value ||
  'hex' in value ||
  'mmsi' in value ||
  'noradId' in value ||
  'NORAD_CAT_ID' in value ||
  'device_id' in value ||
  'MessageType' in value;

const isSaid = (error: unknown): boolean => error !== undefined && error !== null && error !== false && error !== '';

const carrierOf = (hints: RouteHints) => (hints.mindex ? 'mindex' : 'plain');

function rest(reading: Reading, is: 'nothing' | 'control'): undefined {
  if (reading.applied === 0) reading.is = is;
}

function takeTrail(reading: Reading, trail: Reading['trail']): undefined {
  reading.is = 'trail';
  reading.trail = trail;
}

export function fail(reading: Reading, out: Out, why: unknown): undefined {
  reading.is = 'failure';
  if (why === 'shape') reading.dropped += 1;
  reading.why = reasonOf(typeof why === 'string' ? why : 'not available');
  out.count('dropped', 'not-available', reading.why ?? '');
}
