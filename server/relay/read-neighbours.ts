import * as v from 'valibot';
import { commandRequestSchema } from '../../src/contract/board-records-schema.ts';
import { leaseSchema } from '../../src/contract/board-status-schema.ts';
import { sharedBoardSchema } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { TO_RELAY } from '../../src/contract/to-relay.ts';
import {
  appErrorSchema,
  channelSchema,
  clientSchema,
  countSchema,
  cursorSchema,
  epochMsSchema,
  idSchema,
  orUndefined,
  shortText,
} from '../../src/contract/wire-schemas.ts';
import { WIRE_PARTS } from './board-entry.ts';
import type { BoardRecord } from './directory.ts';
import type { Judged } from './judge.ts';
import type { Letter, Question } from './letters.ts';
import type { Yielded } from './new-home.ts';
import type { PendingCommand } from './pending-store.ts';
import { MAX_NAMED_WATCHERS } from './watchers.ts';

/**
 * What other servers say, by mail and in the channels that servers share, read as carefully as what clients say: one of them may be of
 * another version, and others may be able to write to the same Redis. undefined: it is nothing of ours, and counts as not said.
 */

/** Counted up for ever, and never to where counting ends. */
const counterSchema = v.pipe(countSchema, v.maxValue(2 ** 52));
const nodeSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{0,64}$/));
const callerSchema = v.object({ ...clientSchema.entries, principal: shortText(128) });
const MAX_PENDING = 1_024;

const homeSchema = v.object({
  home: nodeSchema,
  left: v.optional(nodeSchema),
  term: counterSchema,
  fence: counterSchema,
  life: v.optional(idSchema),
  at: v.optional(epochMsSchema),
});

const pendingSchema: v.GenericSchema<unknown, PendingCommand> = v.object({
  is: v.literal('pending'),
  request: commandRequestSchema,
  from: callerSchema,
  fence: counterSchema,
  lastWordBy: epochMsSchema,
  sent: orUndefined(v.object({ life: orUndefined(idSchema) })),
});
const keptSchema = v.union([pendingSchema, v.object({ is: v.literal('finished') })]);

const letterSchema: v.GenericSchema<unknown, Letter> = v.variant('is', [
  v.object({
    is: v.literal('watchers'),
    board: idSchema,
    watchers: v.pipe(v.array(clientSchema), v.maxLength(MAX_NAMED_WATCHERS)),
  }),
  v.object({ is: v.literal('left'), client: idSchema }),
]);

const { lease, command, write, withdraw, 'cancel-command': cancelCommand } = TO_RELAY;
const questionSchema: v.GenericSchema<unknown, Question> = v.variant('is', [
  v.object({
    is: v.literal('ask'),
    caller: callerSchema,
    request: v.union([lease, command, cancelCommand, write, withdraw]),
  }),
  v.object({ is: v.literal('yield'), board: idSchema, client: idSchema }),
]);

const judgedSchema: v.GenericSchema<unknown, Judged> = v.variant('ok', [
  v.object({ ok: v.literal(true), lease: orUndefined(leaseSchema) }),
  v.object({ ok: v.literal(false), error: appErrorSchema, retryAfterMs: v.optional(countSchema) }),
]);

const yieldedSchema = v.object({
  record: v.unknown(),
  pending: v.pipe(v.array(pendingSchema), v.maxLength(MAX_PENDING)),
  sources: v.pipe(v.array(v.tuple([channelSchema, cursorSchema])), v.maxLength(WIRE_PARTS.length)),
});

function read<T>(schema: v.GenericSchema<unknown, T>, raw: unknown): T | undefined {
  const result = v.safeParse(schema, raw, { abortEarly: true });
  return result.success ? result.output : undefined;
}

/** The record of this board on the channel `boards`. */
export function readRecord(board: string, raw: unknown): BoardRecord | undefined {
  const shared = read(sharedBoardSchema, raw);
  const home = read(homeSchema, raw);
  return shared?.id === board && home !== undefined ? { ...shared, ...home } : undefined;
}

/** Below this two clocks are the same: it may be the way that took so long. */
export const SAME_CLOCK_MS = 1_000;

/** A record that was put just now, with the times of its home's clock as they are by ours. */
export function atOurTime(record: BoardRecord, now: EpochMs): BoardRecord {
  const aheadMs = record.at === undefined ? 0 : Math.round(now - record.at);
  if (Math.abs(aheadMs) <= SAME_CLOCK_MS) return record;
  const { lease, since } = record;
  const moved = lease && { ...lease, since: lease.since + aheadMs, until: lease.until + aheadMs };
  return { ...record, at: now, since: since + aheadMs, lease: moved };
}

/** A command on the channel `pending`, or that it is finished. */
export const readKept = (raw: unknown) => read(keptSchema, raw);
export const readLetter = (raw: unknown): Letter | undefined => read(letterSchema, raw);
export const readQuestion = (raw: unknown): Question | undefined => read(questionSchema, raw);
export const readJudged = (raw: unknown): Judged | undefined => read(judgedSchema, raw);

export function readYielded(board: string, raw: unknown, now: EpochMs): Yielded | undefined {
  const yielded = read(yieldedSchema, raw);
  const record = readRecord(board, yielded?.record);
  if (yielded === undefined || record === undefined) return undefined;
  const pending = yielded.pending.filter(({ request }) => request.board === board);
  return { record: atOurTime(record, now), pending, sources: yielded.sources };
}
