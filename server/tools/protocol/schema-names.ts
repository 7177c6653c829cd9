import type * as v from 'valibot';
import {
  commandRequestSchema,
  commandUpdateSchema,
  consoleRecordSchema,
} from '../../../src/contract/board-records-schema.ts';
import { boardStatusSchema, leaseSchema, watchersSchema } from '../../../src/contract/board-status-schema.ts';
import { jsonSamplesSchema } from '../../../src/contract/json-samples.ts';
import { sharedBoardSchema } from '../../../src/contract/shared-board.ts';
import {
  appErrorSchema,
  boundedJsonSchema,
  channelSchema,
  clientSchema,
  countSchema,
  cursorSchema,
  epochMsSchema,
  epochSchema,
  finiteSchema,
  gapSchema,
  idSchema,
  jsonObjectSchema,
} from '../../../src/contract/wire-schemas.ts';

/** A record that has a table of its own in the document. `notes`: its interface, in which file its comments are. */
export interface RecordShape {
  readonly schema: v.GenericSchema;
  readonly file: string;
  readonly notes: string;
}

/** A field of an object schema, without its `optional`. */
export function partOf(schema: v.GenericSchema, field: string): v.GenericSchema {
  const { entries } = schema as unknown as { readonly entries?: Readonly<Record<string, v.GenericSchema>> };
  const found = entries?.[field];
  if (found === undefined) throw new Error(`no field ${field} to describe`);
  return (found as unknown as { readonly wrapped?: v.GenericSchema }).wrapped ?? found;
}

const commandState = partOf(commandUpdateSchema, 'state');

/** By the name under which the document speaks of them. */
export const RECORDS: Readonly<Record<string, RecordShape>> = {
  Cursor: { schema: cursorSchema, file: 'channel', notes: 'Cursor' },
  Gap: { schema: gapSchema, file: 'channel', notes: 'Gap' },
  Error: { schema: appErrorSchema, file: 'error-codes', notes: 'AppError' },
  Client: { schema: clientSchema, file: 'shared-board', notes: 'RelayClient' },
  Samples: { schema: jsonSamplesSchema, file: 'json-samples', notes: 'jsonSamplesSchema' },
  CommandRequest: { schema: commandRequestSchema, file: 'board-command', notes: 'CommandRequest' },
  CommandUpdate: { schema: commandUpdateSchema, file: 'board-command', notes: 'CommandUpdate' },
  CommandState: { schema: commandState, file: 'board-command', notes: 'CommandState' },
  ConsoleRecord: { schema: consoleRecordSchema, file: 'console-record', notes: 'ConsoleRecord' },
  SharedBoard: { schema: sharedBoardSchema, file: 'shared-board', notes: 'SharedBoard' },
  Lease: { schema: leaseSchema, file: 'board-status', notes: 'BoardLease' },
  BoardStatus: { schema: boardStatusSchema, file: 'board-status', notes: 'BoardStatus' },
  BoardPhase: { schema: partOf(boardStatusSchema, 'phase'), file: 'board-status', notes: 'BoardPhase' },
  BoardPath: { schema: partOf(boardStatusSchema, 'path'), file: 'board-status', notes: 'BoardPath' },
  BoardIdentity: { schema: partOf(boardStatusSchema, 'identity'), file: 'board-status', notes: 'BoardIdentity' },
  BoardHealth: { schema: partOf(boardStatusSchema, 'health'), file: 'board-status', notes: 'BoardHealth' },
};

const SIMPLE: readonly (readonly [v.GenericSchema, string])[] = [
  [countSchema, 'count'],
  [epochMsSchema, 'EpochMs'],
  [idSchema, 'id'],
  [epochSchema, 'id'],
  [finiteSchema, 'number'],
  [channelSchema, 'channel'],
  [boundedJsonSchema, 'JSON'],
  [jsonObjectSchema, 'JSON object'],
  [partOf(appErrorSchema, 'code'), 'code'],
];

export const SCHEMA_NAMES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...SIMPLE,
  ...Object.entries(RECORDS).map(([name, { schema }]) => [schema, `[${name}](#${name.toLowerCase()})`] as const),
  [watchersSchema, '[Client](#client)[], ≤ 100'],
]);
