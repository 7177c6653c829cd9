import * as v from 'valibot';
import { type ChannelName, type Cursor, channelKind, type Gap } from './channel.ts';
import type { AppError, ErrorCode } from './error-codes.ts';

/**
 * The building blocks of every schema of the relay's wire. Every string and array has a length, every number is finite, so that
 * what passes can be kept, shown and sent on without a second look.
 */

/** A field that may be missing on the wire, and is `undefined` then. */
export const orUndefined = <S extends v.GenericSchema>(schema: S) => v.optional(schema, () => undefined);

/** Control characters would let a name break a console line or a log. */
const PRINTABLE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

/** A short line that a person reads. */
export const shortText = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(PRINTABLE));
/** Any text, line breaks included. */
export const longText = (most: number) => v.pipe(v.string(), v.maxLength(most));

export const idSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/));
export const epochSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/));
export const finiteSchema = v.pipe(v.number(), v.finite());
export const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Milliseconds since 1970, up to the last day a `Date` can show. */
export const epochMsSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
/** Bytes as hex digits, two per byte. */
export const hexSchema = (mostBytes: number) =>
  v.pipe(v.string(), v.maxLength(mostBytes * 2), v.regex(/^(?:[0-9a-fA-F]{2})*$/));

export const channelSchema: v.GenericSchema<ChannelName> = v.pipe(
  v.string(),
  v.maxLength(128),
  v.check((name) => channelKind(name) !== undefined, 'no such channel'),
);

export const cursorSchema: v.GenericSchema<unknown, Cursor> = v.object({ epoch: epochSchema, offset: countSchema });

const GAP_REASONS = [
  'slow-consumer',
  'history-trimmed',
  'epoch-changed',
  'owner-changed',
  'unplugged',
  'hub-restarted',
  'link-lost',
  'silence',
] as const satisfies readonly Gap['why'][];

export const gapSchema: v.GenericSchema<unknown, Gap> = v.object({
  why: v.picklist(GAP_REASONS),
  count: orUndefined(countSchema),
  fromMs: epochMsSchema,
  toMs: epochMsSchema,
});

/** A code this build does not know is still a code: it is shown with its message. */
const errorCodeSchema = v.custom<ErrorCode>(
  (value) => typeof value === 'string' && /^[a-z][a-z-]{0,40}$/.test(value),
  'error code',
);
export const appErrorSchema: v.GenericSchema<unknown, AppError> = v.object({
  code: errorCodeSchema,
  message: longText(500),
});

/** Somebody on the relay. `client` is the public form of their id (see {@link import('./to-relay.ts').HelloToRelay}). */
export const clientSchema = v.object({ client: idSchema, name: shortText(80) });

const MAX_JSON_DEPTH = 16;
const MAX_JSON_NODES = 4_096;

/** JSON of any shape that no recursive reader can choke on: bounded depth and number of nodes, no key that touches a prototype. */
export const boundedJsonSchema = v.custom<unknown>((value) => isBoundedJson(value), 'JSON within bounds');

export const isBoundedJson = (root: unknown): boolean => countNodes(root, 0, MAX_JSON_NODES) >= 0;

/** How many of `left` nodes are left after this value; negative when it is out of bounds. No deeper than {@link MAX_JSON_DEPTH} itself. */
function countNodes(value: unknown, depth: number, left: number): number {
  if (left <= 0 || depth > MAX_JSON_DEPTH) return -1;
  let rest = left - 1;
  if (typeof value !== 'object' || value === null) return rest;
  if (Array.isArray(value)) {
    if (value.length > rest) return -1;
    for (const item of value) {
      rest = countNodes(item, depth + 1, rest);
      if (rest < 0) return -1;
    }
    return rest;
  }
  for (const key in value) {
    if (key === '__proto__') return -1;
    rest = countNodes((value as Readonly<Record<string, unknown>>)[key], depth + 1, rest);
    if (rest < 0) return -1;
  }
  return rest;
}

export const jsonObjectSchema = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isBoundedJson(value),
  'a JSON object within bounds',
);
