import { isUtf8 } from 'node:buffer';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { FeedFlag, FeedRecord } from '../../../src/contract/upstream/redis.ts';
import { isJsonObject, type JsonObject } from '../../../src/decode/json-object.ts';
import { timeOf } from '../../../src/decode/message-time.ts';
import { repairNan } from '../../../src/decode/nan-repair.ts';
import { canonical, identityOf } from './same-message.ts';
import { valueAt } from './state-key.ts';

/** Why a message does not go on. Counted per feed. */
export type DropReason =
  | 'bad-json'
  | 'not-utf8'
  | 'oversize'
  /** Nested deeper than 32, or with a key `__proto__`. */
  | 'hostile-shape'
  | 'duplicate'
  | 'withheld'
  /** A stream entry without the field `data`. */
  | 'no-data-field'
  | 'not-a-snapshot'
  /** For a state channel: nothing at the key's path, or it cannot be a key. */
  | 'no-key'
  /** Another server reads this source by now. */
  | 'not-leading'
  /** The bus would not take it; readers get a gap. */
  | 'bus-refused';

/** A dropped message, for counter and log. */
export interface Complaint {
  readonly why: DropReason;
  /** The first 200 characters, for the log. */
  readonly excerpt: string | undefined;
}

export type Dropped = Complaint & { readonly ok: false };

/** `arrival`: the publisher's clock is not to be trusted. Paths: where to look before the wrapper (`data.observed_at`). */
export type TimeRule = 'arrival' | readonly string[] | undefined;

export interface ReadMessage {
  readonly ok: true;
  readonly record: FeedRecord;
  readonly identity: string;
  /** Whether the message says when it was made; without it, repeats are told from news by their place only. */
  readonly hasTime: boolean;
}

export const MAX_MESSAGE_BYTES = 262_144;
const EXCERPT_CHARS = 200;
/** A whole message of one of Python's words. */
const BARE_NAN = /^\s*(?:NaN|-?Infinity)\s*$/;
const PAYLOAD_TIMES = ['timestamp', 'ts', 'created_at'];

export const excerptOf = (bytes: Buffer): string =>
  bytes
    .subarray(0, EXCERPT_CHARS * 4)
    .toString()
    .slice(0, EXCERPT_CHARS);

export const drop = (why: DropReason, bytes?: Buffer): Dropped => ({
  ok: false,
  why,
  excerpt: bytes && excerptOf(bytes),
});

/** JSON as foreign publishers write it. Never throws. */
export function readJson(
  bytes: Buffer,
  maxBytes: number,
): Dropped | { readonly ok: true; readonly value: unknown; readonly flags: readonly FeedFlag[] } {
  if (bytes.length > maxBytes) return drop('oversize');
  if (!isUtf8(bytes)) return drop('not-utf8', bytes);
  const text = bytes.toString();
  const value = parse(text);
  if (value !== undefined) return { ok: true, value, flags: [] };
  const mended = BARE_NAN.test(text) ? 'null' : repairNan(text, 'python');
  const again = mended === undefined ? undefined : parse(mended);
  return again === undefined ? drop('bad-json', bytes) : { ok: true, value: again, flags: ['nan-repaired'] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: undefined says so, and the caller counts it.
    return undefined;
  }
}

/** What came by PUBLISH: in the platform's wrapper, or as it is. */
export function readMessage(channel: string, bytes: Buffer, now: EpochMs, time?: TimeRule): ReadMessage | Dropped {
  const body = readJson(bytes, MAX_MESSAGE_BYTES);
  if (!body.ok) return body;
  const { value } = body;
  const wrapper = isWrapper(value) ? value : undefined;
  const data = wrapper === undefined ? value : wrapper.data;
  const text = canonical(data);
  if (text === undefined) return drop('hostile-shape', bytes);
  const source = typeof wrapper?.source === 'string' ? wrapper.source : null;
  const stamp = wrapper === undefined ? payloadTime(data) : (wrapper.timestamp ?? payloadTime(data));
  const isOfAnother = wrapper !== undefined && wrapper.channel !== channel;
  const flags: readonly FeedFlag[] = isOfAnother ? [...body.flags, 'channel-mismatch'] : body.flags;
  const record = { from: channel, source, ...timeBy(time, wrapper, data, now), data, flags };
  return { ok: true, record, identity: identityOf(channel, stamp, source, text), hasTime: timeOf(stamp) !== undefined };
}

const isWrapper = (value: unknown): value is JsonObject & { readonly channel: string } =>
  isJsonObject(value) && typeof value.channel === 'string' && Object.hasOwn(value, 'data');

const payloadTime = (data: unknown): unknown =>
  PAYLOAD_TIMES.map((path) => valueAt(data, path)).find((value) => timeOf(value) !== undefined);

function timeBy(
  rule: TimeRule,
  wrapper: JsonObject | undefined,
  data: unknown,
  now: EpochMs,
): Pick<FeedRecord, 'at' | 'atFrom'> {
  if (rule === 'arrival') return { at: now, atFrom: 'arrival' };
  const own = firstTime({ data }, rule ?? []);
  if (own !== undefined) return { at: own, atFrom: 'payload' };
  const wrapped = timeOf(wrapper?.timestamp);
  if (wrapped !== undefined) return { at: wrapped, atFrom: 'wrapper' };
  const payload = timeOf(payloadTime(data));
  return payload === undefined ? { at: now, atFrom: 'arrival' } : { at: payload, atFrom: 'payload' };
}

/** The first of these paths that holds a time. */
export function firstTime(root: unknown, paths: readonly string[]): EpochMs | undefined {
  for (const path of paths) {
    const at = timeOf(valueAt(root, path));
    if (at !== undefined) return at;
  }
  return undefined;
}
