import { fromHex } from '../../../src/decode/hex.ts';
import { isJsonObject, type JsonObject } from '../../../src/decode/json-object.ts';

/** One vector of the board contract §21, checked as far as it is needed. */
export interface MycobrainVector {
  readonly name: string;
  readonly direction: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly items: readonly unknown[];
  readonly pendingBytes: number | undefined;
  readonly device: { readonly reply: Uint8Array<ArrayBuffer>; readonly replyItems: readonly unknown[] } | undefined;
  readonly detect: DetectExpectation | undefined;
  /** Real cuts: offset and length of each chunk. Streams only. */
  readonly chunks: readonly (readonly [offset: number, length: number])[] | undefined;
}

export interface DetectExpectation {
  readonly dialect: string;
  readonly stage: string;
  readonly hostSent: readonly { readonly stage: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** Throws `RangeError` saying what is wrong with the vector. */
export function readVector(value: unknown): MycobrainVector {
  const vector = need(isJsonObject, value, 'the vector');
  const decoded = need(isJsonObject, vector.decoded, 'decoded');
  return {
    name: nameOf(value),
    direction: typeof vector.direction === 'string' ? vector.direction : 'board_to_host',
    bytes: hexField(vector.bytes_hex, 'bytes_hex'),
    items: need(Array.isArray, decoded.items, 'decoded.items'),
    pendingBytes: optionalNumber(decoded.pending_bytes, 'decoded.pending_bytes'),
    device: isJsonObject(decoded.device) ? readDevice(decoded.device) : undefined,
    detect: isJsonObject(decoded.detect) ? readDetect(decoded.detect) : undefined,
    chunks: undefined,
  };
}

/** A recorded stream: the description and its bytes. `at_ms` of an item is when it arrived and not part of it. */
export function readStream(description: JsonObject, bytes: Uint8Array<ArrayBuffer>): MycobrainVector {
  const items = need(Array.isArray, description.items, 'items') as readonly unknown[];
  const chunks = description.chunks === undefined ? undefined : need(Array.isArray, description.chunks, 'chunks');
  return {
    name: nameOf(description),
    direction: 'board_to_host',
    bytes,
    items: items.map((item) => withoutArrival(need(isJsonObject, item, 'an item'))),
    pendingBytes: optionalNumber(description.pending_bytes, 'pending_bytes'),
    device: undefined,
    detect: undefined,
    chunks: chunks?.map((chunk: unknown) => {
      const [, offset, length] = need(Array.isArray, chunk, 'a chunk');
      return [need(isNumber, offset, 'a chunk offset'), need(isNumber, length, 'a chunk length')] as const;
    }),
  };
}

export const nameOf = (value: unknown): string =>
  isJsonObject(value) && typeof value.name === 'string' ? value.name : '(no name)';

function withoutArrival(item: JsonObject): JsonObject {
  const { at_ms: _, ...rest } = item;
  return rest;
}

function readDevice(device: JsonObject): MycobrainVector['device'] {
  if (device.reply_hex === undefined && device.reply_items === undefined) return undefined;
  return {
    reply: hexField(device.reply_hex ?? '', 'device.reply_hex'),
    replyItems: need(Array.isArray, device.reply_items ?? [], 'device.reply_items'),
  };
}

function readDetect(detect: JsonObject): DetectExpectation {
  const sent = need(Array.isArray, detect.host_sent ?? [], 'detect.host_sent') as readonly unknown[];
  return {
    dialect: need(isString, detect.dialect, 'detect.dialect'),
    stage: need(isString, detect.stage, 'detect.stage'),
    hostSent: sent.map((probe) => {
      const { stage, hex } = need(isJsonObject, probe, 'detect.host_sent');
      return { stage: need(isString, stage, 'a probe stage'), bytes: hexField(hex, 'a probe') };
    }),
  };
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

const hexField = (value: unknown, what: string): Uint8Array<ArrayBuffer> => fromHex(need(isString, value, what));

const optionalNumber = (value: unknown, what: string): number | undefined =>
  value === undefined || value === null ? undefined : need(isNumber, value, what);

function need<T>(is: (value: unknown) => value is T, value: unknown, what: string): T {
  if (!is(value)) throw new RangeError(`${what} is missing or of the wrong kind`);
  return value;
}
