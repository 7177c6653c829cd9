import * as v from 'valibot';
import { commandRequestSchema, commandUpdateSchema } from './board-records-schema.ts';
import { boardStatusSchema } from './board-status-schema.ts';
import {
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

const messages = {
  hello: helloSchema,
  /** This client's new name. */
  name: v.object({ t: v.literal('name'), name: shortText(80) }),
  /**
   * Opens a channel; one subscription per channel and connection. Answered by `subscribed` or by a failed `answer` with `rid` = `id`.
   * `since` resumes. Else `rewind` says how much history comes first: records (events) or ms (samples); absent: all that is kept.
   */
  subscribe: v.object({
    t: v.literal('subscribe'),
    id: countSchema,
    channel: channelSchema,
    since: orUndefined(cursorSchema),
    rewind: orUndefined(countSchema),
  }),
  unsubscribe: v.object({ t: v.literal('unsubscribe'), channel: channelSchema }),
  /**
   * Shares a board, or tells its new status. Always answered; the answer says in `have` how far each channel of the board has come, by
   * the owner's cursors, so that it goes on from there.
   */
  offer: v.object({ t: v.literal('offer'), ...rid, ...board, status: boardStatusSchema }),
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
  /** take also renews one's own lease. take-back: the owner ends another's. Answered with the lease as value. */
  lease: v.object({
    t: v.literal('lease'),
    ...rid,
    ...board,
    action: v.picklist(['take', 'renew', 'release', 'take-back']),
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
