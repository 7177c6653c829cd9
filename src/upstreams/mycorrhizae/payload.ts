import type { EpochMs } from '../../contract/time.ts';
import type { MycorrhizaeAck, MycorrhizaeShape, MycorrhizaeTrust } from '../../contract/upstream/mycorrhizae.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { timeOf } from '../../decode/message-time.ts';
import { addDropped, noReadings, type Readings, readMap } from '../readings.ts';
import { readLatest, readPack } from './pack.ts';
import { readProtocolPayload } from './protocol.ts';
import { FLAT } from './units.ts';

/** What a payload is and says, whatever message it is in. */
export interface Payload {
  readonly shape: MycorrhizaeShape;
  readonly found: Readings;
  /** What it says it is about; the message may know better. */
  readonly entity: string | undefined;
  /** Its own time, in the shapes that have one. */
  readonly at: EpochMs | undefined;
  readonly expiresAt: EpochMs | undefined;
  /** `<seq>/<msgId>` of an envelope that has both. */
  readonly serial: string | undefined;
  readonly trust: MycorrhizaeTrust;
  readonly simulated: boolean;
  readonly text: string | undefined;
  readonly ack: MycorrhizaeAck | undefined;
}

const nothing = (shape: MycorrhizaeShape, found: Readings): Payload => ({
  shape,
  found,
  entity: undefined,
  at: undefined,
  expiresAt: undefined,
  serial: undefined,
  trust: 'unverified',
  simulated: false,
  text: undefined,
  ack: undefined,
});

/** Reads a payload by its shape, in the order of section 6. Never throws. */
export function readPayload(payload: unknown, isAck: boolean): Payload {
  const found = noReadings();
  if (!isJsonObject(payload)) {
    addDropped(found, 'payload');
    return nothing('none', found);
  }
  const entity = textOf(isJsonObject(payload.hdr) ? payload.hdr.deviceId : undefined) ?? textOf(payload.device_serial);
  if (isJsonObject(payload.hdr) && Array.isArray(payload.pack)) {
    readPack(found, payload.pack);
    return { ...ofEnvelope('envelope', found, payload, payload.hdr), entity };
  }
  if (isJsonObject(payload.hdr) && isJsonObject(payload.pack)) {
    readMap(found, payload.pack, FLAT);
    return { ...ofEnvelope('gateway', found, payload, payload.hdr), entity };
  }
  if (Array.isArray(payload.latest_readings)) {
    readLatest(found, payload.latest_readings);
    return { ...nothing('fci', found), entity };
  }
  if (Object.hasOwn(payload, 'version') && isJsonObject(payload.payload))
    return ofProtocol(found, payload, payload.payload, entity);
  if (isAck && typeof payload.accepted === 'boolean')
    return { ...nothing('ack', found), entity: entity ?? textOf(payload.deviceId), ack: ackOf(payload) };
  readMap(found, payload, FLAT);
  return { ...nothing('flat', found), entity, text: wordsOf(payload) };
}

function ofEnvelope(shape: 'envelope' | 'gateway', found: Readings, payload: JsonObject, hdr: JsonObject): Payload {
  const seq = isSeq(payload.seq) ? payload.seq : hdr.seq;
  const msgId = textOf(hdr.msgId);
  return {
    ...nothing(shape, found),
    at: timeOf(payload.ts) ?? timeOf(payload.timestamp),
    serial: isSeq(seq) && msgId !== undefined ? `${seq}/${msgId}` : undefined,
    trust: trustOf(payload.verification),
  };
}

function ofProtocol(found: Readings, outer: JsonObject, inner: JsonObject, entity: string | undefined): Payload {
  const source = isJsonObject(outer.source) ? outer.source : {};
  readProtocolPayload(found, outer.message_type, inner);
  const at = timeOf(outer.ts) ?? timeOf(outer.timestamp);
  const ttl = typeof outer.ttl_seconds === 'number' && outer.ttl_seconds > 0 ? outer.ttl_seconds * 1_000 : undefined;
  return {
    ...nothing('v1', found),
    entity: entity ?? textOf(source.device_serial),
    at,
    expiresAt: timeOf(outer.expires) ?? (at !== undefined && ttl !== undefined ? at + ttl : undefined),
    simulated: source.type === 'simulator',
    text: wordsOf(inner) ?? textOf(inner.event_type),
  };
}

const isSeq = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

function trustOf(verification: unknown): MycorrhizaeTrust {
  if (!isJsonObject(verification)) return 'unverified';
  const { hashValid, signatureValid } = verification;
  if (hashValid === false || signatureValid === false) return 'untrusted';
  return hashValid === true && signatureValid === true ? 'verified' : 'unverified';
}

const ackOf = (payload: JsonObject): MycorrhizaeAck => ({
  msgId: textOf(payload.msgId) ?? '',
  seq: isSeq(payload.seq) ? payload.seq : undefined,
  accepted: payload.accepted === true,
  reason: textOf(payload.reason),
});

/** Where the platform's publishers put what a person should read, the shortest first. */
const WORDS = ['title', 'message', 'text', 'summary', 'description'];
const MAX_WORDS = 300;

function wordsOf(payload: JsonObject): string | undefined {
  for (const name of WORDS) {
    const text = textOf(payload[name]);
    if (text !== undefined) return text.slice(0, MAX_WORDS);
  }
  return undefined;
}

/** Text with something in it, or a number as text: ids come as either. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}
