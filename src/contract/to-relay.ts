import * as v from 'valibot';
import { commandRequestSchema, commandUpdateSchema } from './board-records-schema.ts';
import { boardStatusSchema } from './board-status-schema.ts';
import { jsonSamplesSchema } from './json-samples.ts';
import {
  boundedJsonSchema,
  channelSchema,
  countSchema,
  cursorSchema,
  epochMsSchema,
  epochSchema,
  gapSchema,
  hexSchema,
  idSchema,
  orUndefined,
  shortText,
} from './wire-schemas.ts';

/** The WebSocket subprotocol of `/live`. Text frames are the JSON messages below; a binary frame is a sample batch. */
export const RELAY_SUBPROTOCOL = 'hyphae.v1';

/** Bytes that one `write` may carry. */
export const MAX_WRITE_BYTES = 4_096;
/** Records that one message may carry. */
export const MAX_RECORDS = 512;

/** Ties an `answer` to its question; counted up by whoever asks. */
const rid = { rid: countSchema };
const board = { board: idSchema };
/** The token of the lease under which this is asked. Not needed from the board's owner. */
const fence = { fence: orUndefined(countSchema) };

/**
 * The first message. `client.id` is this browser's secret half of its identity: the relay never shows it, others see a digest of it
 * (`welcome.client`). Whoever presents the same id again is the same client.
 */
const helloSchema = v.object({
  t: v.literal('hello'),
  contract: countSchema,
  build: shortText(64),
  client: v.object({ id: v.pipe(v.string(), v.minLength(10), v.maxLength(128)), name: shortText(80) }),
});

/** How a subscription wants to be served; it may ask for less than its channel's kind promises, never for more. */
export const flowEntries = {
  /** At most one delivery in this many ms. samples are thinned to min, max and last of each series, state is merged by key. */
  every: v.optional(v.pipe(countSchema, v.minValue(1), v.maxValue(3_600_000))),
  /** Records or rows that this reader may be behind before `onLag`. Absent: all that the channel keeps, within the server's limits. */
  lag: v.optional(v.pipe(countSchema, v.minValue(1))),
  /**
   * What happens to a reader who falls behind. gap: goes on at the newest and is told what is missing (events: the default).
   * thin: gets min, max and last of what it missed and is told how many rows were left out (samples only, the default there).
   * close: the connection ends with code 4004.
   */
  onLag: v.optional(v.picklist(['gap', 'thin', 'close'])),
} as const;

/** Names a publication, so that sending it twice does not publish it twice. */
export const keySchema = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\x21-\x7e]+$/));

/** What a publication carries; exactly one of `records`, `puts`/`dels` and `samples`, as the channel's kind wants. */
export const publicationEntries = {
  key: v.optional(keySchema),
  records: v.optional(v.pipe(v.array(boundedJsonSchema), v.minLength(1), v.maxLength(MAX_RECORDS))),
  puts: v.optional(v.pipe(v.array(v.tuple([idSchema, boundedJsonSchema])), v.maxLength(MAX_RECORDS))),
  dels: v.optional(v.pipe(v.array(idSchema), v.maxLength(MAX_RECORDS))),
  /** Puts only: each key vanishes by itself after this many ms unless it is put again. */
  ttlMs: v.optional(v.pipe(countSchema, v.minValue(100), v.maxValue(86_400_000))),
  samples: v.optional(jsonSamplesSchema),
} as const;

const publishSchema = v.object({
  t: v.literal('publish'),
  rid: v.optional(countSchema),
  channel: channelSchema,
  ...publicationEntries,
});

const messages = {
  hello: helloSchema,
  /** This client's new name. */
  name: v.object({ t: v.literal('name'), name: shortText(80) }),
  /**
   * Opens a channel; one subscription per channel and connection. Answered by `subscribed` or by a failed `answer` with `rid` = `id`.
   * `since` resumes: the answer says `recovered`, or a `gap` with its range. Else `rewind` says how much history comes first: records (events) or ms (samples); absent: all that is kept.
   */
  subscribe: v.object({
    t: v.literal('subscribe'),
    id: countSchema,
    channel: channelSchema,
    since: orUndefined(cursorSchema),
    rewind: orUndefined(countSchema),
    ...flowEntries,
  }),
  /**
   * New records on an open channel, or changes of an open state channel (rows of a samples channel come as a binary frame, or as
   * `samples`). With a `rid` it is answered, with the cursor of the first record; without, only refusals are told. The same `key` again
   * within ten minutes is the same publication and is answered with `duplicate`.
   */
  publish: publishSchema,
  unsubscribe: v.object({ t: v.literal('unsubscribe'), channel: channelSchema }),
  /**
   * Shares a board, or tells its new status. Always answered; the answer says in `have` how far each channel of the board has come, by
   * the owner's cursors, so that it goes on from there.
   */
  offer: v.object({
    t: v.literal('offer'),
    ...rid,
    ...board,
    status: boardStatusSchema,
    /**
     * Names one life of the owner's memory of command ids. A command that was handed to it is sent again after a break, with the same id,
     * only to the same life: an owner must not do an id twice in one life.
     */
    life: v.optional(idSchema),
  }),
  withdraw: v.object({ t: v.literal('withdraw'), ...board }),
  /**
   * Owner: new records of its board's console. `epoch` and `from` are the owner's own: the relay leaves out what it has already
   * and tells a hole as a gap. Binary frames carry the same in their header.
   */
  records: v.object({
    t: v.literal('records'),
    channel: channelSchema,
    epoch: epochSchema,
    from: countSchema,
    records: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(MAX_RECORDS)),
  }),
  /**
   * take also renews one's own lease. take-back: the owner ends another's. take-over: ends another's and takes it, with a `reason` that the
   * former holder is told; refused for a moment after the last one. Answered with the lease as value.
   */
  lease: v.object({
    t: v.literal('lease'),
    ...rid,
    ...board,
    action: v.picklist(['take', 'renew', 'release', 'take-back', 'take-over']),
    /** Of a take-over. */
    reason: v.optional(v.pipe(shortText(200), v.trim(), v.minLength(1))),
  }),
  /** Answered when it was handed to the owner; what becomes of it is told on `device/<id>/commands`. Deadline by the relay's clock. */
  command: v.object({ t: v.literal('command'), ...rid, request: commandRequestSchema, ...fence }),
  'cancel-command': v.object({ t: v.literal('cancel-command'), ...rid, ...board, id: idSchema, ...fence }),
  /**
   * Owner: one step of a command, its own or relayed. `cursor`: its place in the owner's `commands` channel; absent when it has none
   * (the owner's hub refused the command before it got there).
   */
  'command-update': v.object({
    t: v.literal('command-update'),
    cursor: orUndefined(cursorSchema),
    update: commandUpdateSchema,
  }),
  /** Owner: a loss on a channel of its board that only it knows (unplugged, owner-changed …), in its place between the records. */
  gap: v.object({ t: v.literal('gap'), channel: channelSchema, gap: gapSchema }),
  /** Bytes for a board, as they are. */
  write: v.object({
    t: v.literal('write'),
    ...rid,
    ...board,
    hex: hexSchema(MAX_WRITE_BYTES),
    by: shortText(80),
    ...fence,
  }),
  /** `at`: the sender's clock, sent back in `pong`. */
  ping: v.object({ t: v.literal('ping'), at: epochMsSchema }),
} as const;

export type ToRelayName = keyof typeof messages;
export type ToRelay = { [K in ToRelayName]: v.InferOutput<(typeof messages)[K]> }[ToRelayName];
export type HelloToRelay = v.InferOutput<typeof helloSchema>;

/** The schema of each message, by its `t`. */
export const TO_RELAY: { readonly [K in ToRelayName]: v.GenericSchema<unknown, Extract<ToRelay, { t: K }>> } = messages;
