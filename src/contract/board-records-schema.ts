import * as v from 'valibot';
import type { CommandRequest, CommandState, CommandUpdate } from './board-command.ts';
import type { BoardItem, MdpBodyFormat } from './board-item.ts';
import type { ConsoleRecord } from './console-record.ts';
import {
  appErrorSchema,
  boundedJsonSchema,
  countSchema,
  epochMsSchema,
  finiteSchema,
  hexSchema,
  idSchema,
  jsonObjectSchema,
  longText,
  orUndefined,
  shortText,
} from './wire-schemas.ts';

/** The records of a board's events channels as they come from another computer. */

/** No dialect has a longer frame or line (board contract §3). */
const MAX_ITEM_BYTES = 16_384;

const repairsSchema = v.exactOptional(v.pipe(v.array(v.picklist(['envelope_brace', 'nan'])), v.maxLength(8)));

const BODY_FORMATS = [
  'empty',
  'envelope',
  'json',
  'opaque',
  'command',
  'cmd_result',
  'event',
  'telemetry_v1',
  'wifisense_v1',
  'drone_telemetry_v1',
  'drone_mission_v1',
] as const satisfies readonly MdpBodyFormat[];

const itemSchema: v.GenericSchema<unknown, BoardItem> = v.variant('kind', [
  v.object({
    kind: v.literal('mdp'),
    header: v.object({
      magic: countSchema,
      version: countSchema,
      msg_type: countSchema,
      type_name: shortText(64),
      seq: countSchema,
      ack: countSchema,
      flags: countSchema,
      flag_names: v.pipe(v.array(shortText(64)), v.maxLength(16)),
      src: countSchema,
      dst: countSchema,
      rsv: countSchema,
    }),
    body_format: v.picklist(BODY_FORMATS),
    body: v.optional(boundedJsonSchema, () => null),
    body_text: v.exactOptional(longText(MAX_ITEM_BYTES)),
    repaired: repairsSchema,
    body_error: v.exactOptional(v.literal('payload_not_json')),
  }),
  v.object({
    kind: v.literal('json'),
    shape: shortText(64),
    value: jsonObjectSchema,
    salvaged: v.boolean(),
    repaired: repairsSchema,
  }),
  v.object({
    kind: v.literal('text'),
    text: longText(MAX_ITEM_BYTES),
    shape: v.exactOptional(shortText(64)),
    fields: v.exactOptional(jsonObjectSchema),
  }),
  v.object({
    kind: v.literal('error'),
    error: v.picklist([
      'cobs_invalid',
      'too_short',
      'crc_mismatch',
      'bad_magic',
      'bad_version',
      'oversize',
      'line_too_long',
      'unrecognized',
      'json_invalid',
    ]),
  }),
]);

export const consoleRecordSchema: v.GenericSchema<unknown, ConsoleRecord> = v.variant('dir', [
  v.object({ dir: v.literal('in'), at: epochMsSchema, item: itemSchema, hex: hexSchema(MAX_ITEM_BYTES) }),
  v.object({
    dir: v.literal('out'),
    at: epochMsSchema,
    text: longText(MAX_ITEM_BYTES),
    hex: hexSchema(MAX_ITEM_BYTES),
    by: shortText(80),
  }),
  v.object({
    dir: v.literal('note'),
    at: epochMsSchema,
    text: longText(1_000),
    level: v.picklist(['info', 'warn', 'alarm']),
  }),
]);

const paramsSchema = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)),
    v.union([finiteSchema, longText(1_024), v.boolean()]),
  ),
  v.check((params) => Object.keys(params).length <= 32, 'too many parameters'),
);

const commandEntries = {
  id: idSchema,
  board: idSchema,
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._ -]{1,64}$/)),
  params: paramsSchema,
  by: shortText(80),
  /** `00-<trace>-<span>-<flags>`. */
  traceparent: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/))),
};

export const commandRequestSchema: v.GenericSchema<unknown, CommandRequest> = v.object({
  ...commandEntries,
  deadline: epochMsSchema,
});

const answerSchema = longText(MAX_ITEM_BYTES);
const rttSchema = v.pipe(finiteSchema, v.minValue(0));

const commandStateSchema: v.GenericSchema<unknown, CommandState> = v.variant('is', [
  v.object({ is: v.literal('queued') }),
  v.object({ is: v.literal('sent'), attempt: countSchema }),
  v.object({ is: v.literal('accepted'), rttMs: rttSchema, answer: answerSchema }),
  v.object({
    is: v.literal('done'),
    acknowledged: v.boolean(),
    rttMs: orUndefined(rttSchema),
    answer: orUndefined(answerSchema),
  }),
  v.object({ is: v.literal('failed'), error: appErrorSchema, answer: orUndefined(answerSchema) }),
  v.object({ is: v.literal('expired'), error: appErrorSchema }),
]);

export const commandUpdateSchema: v.GenericSchema<unknown, CommandUpdate> = v.object({
  ...commandEntries,
  at: epochMsSchema,
  state: commandStateSchema,
});
