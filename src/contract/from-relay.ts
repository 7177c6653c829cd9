import * as v from 'valibot';
import { commandRequestSchema } from './board-records-schema.ts';
import { leaseSchema } from './board-status-schema.ts';
import { MAX_WRITE_BYTES } from './to-relay.ts';
import {
  appErrorSchema,
  channelSchema,
  clientSchema,
  countSchema,
  cursorSchema,
  epochMsSchema,
  epochSchema,
  gapSchema,
  hexSchema,
  idSchema,
  longText,
  orUndefined,
  shortText,
} from './wire-schemas.ts';

/**
 * Why the relay ends a connection, besides the codes of RFC 6455 (1001 going away, 1008 policy, 1009 too big, 1013 try again later).
 * The reason text names the limit.
 */
export const RELAY_CLOSE = {
  /** Another connection of the same client took its place. Do not come back by yourself. */
  superseded: 4001,
  /** The contract version is not one the relay can speak. Reload the app. */
  contract: 4002,
  /** No hello in time. */
  'hello-timeout': 4003,
  /** This client does not read. Come back and resume. */
  'not-reading': 4004,
  /** This client may not be here any more. Pair again. */
  revoked: 4005,
} as const;

const degradedSchema = v.object({ since: epochMsSchema, reason: longText(200) });

const messages = {
  welcome: v.object({
    t: v.literal('welcome'),
    server: idSchema,
    epoch: epochSchema,
    contract: countSchema,
    build: shortText(64),
    /** The public id of this client. */
    client: idSchema,
    limits: v.object({ messageBytes: countSchema, recordsPerSecond: countSchema, subscriptions: countSchema }),
    now: epochMsSchema,
    /** The servers cannot reach each other now: what others publish there does not come, what is published here reaches this server only. */
    degraded: v.optional(degradedSchema),
  }),
  answer: v.variant('ok', [
    v.object({
      t: v.literal('answer'),
      rid: countSchema,
      ok: v.literal(true),
      /** Of a granted `take`, `renew` or `take-over`. */
      lease: orUndefined(leaseSchema),
      /** Of an `offer`: what the relay has of the board's channels, by the owner's own cursors. */
      have: orUndefined(v.pipe(v.array(v.object({ channel: channelSchema, cursor: cursorSchema })), v.maxLength(8))),
      /** Of a `publish`: where its first record is (state: after its last change). */
      cursor: v.optional(cursorSchema),
      /** Of a `publish`: it was here already, by its key. */
      duplicate: v.optional(v.boolean()),
    }),
    v.object({
      t: v.literal('answer'),
      rid: countSchema,
      ok: v.literal(false),
      error: appErrorSchema,
      retryAfterMs: v.optional(countSchema),
    }),
  ]),
  /** A message that was not taken, told at most once a second per code; `count` of them since the last telling. */
  refused: v.object({
    t: v.literal('refused'),
    error: appErrorSchema,
    count: countSchema,
    retryAfterMs: orUndefined(countSchema),
  }),
  /** `cursor` is where delivery starts. `recovered`: everything since the cursor asked for follows; `gap`: this is missing. */
  subscribed: v.object({
    t: v.literal('subscribed'),
    id: countSchema,
    channel: channelSchema,
    kind: v.picklist(['events', 'state', 'samples']),
    cursor: cursorSchema,
    recovered: v.boolean(),
    gap: orUndefined(gapSchema),
    /** Of a gap: the cursor that was asked for, where what is missing begins; `cursor` is where it ends. */
    from: v.optional(cursorSchema),
  }),
  /** `snapshot`: forget what you had. `cursor`: that of the next change. */
  state: v.object({
    t: v.literal('state'),
    channel: channelSchema,
    cursor: cursorSchema,
    snapshot: v.boolean(),
    puts: v.pipe(v.array(v.tuple([idSchema, v.unknown()])), v.maxLength(1_024)),
    dels: v.pipe(v.array(idSchema), v.maxLength(1_024)),
  }),
  events: v.object({
    t: v.literal('events'),
    channel: channelSchema,
    epoch: epochSchema,
    /** Offset of the first record. */
    from: countSchema,
    records: v.pipe(v.array(v.unknown()), v.maxLength(512)),
  }),
  /** Records or rows of this channel were left out for this client; delivery goes on at `cursor`. */
  gap: v.object({
    t: v.literal('gap'),
    channel: channelSchema,
    gap: gapSchema,
    cursor: cursorSchema,
    /** Where what is missing begins. Absent: at the cursor this reader had. */
    from: v.optional(cursorSchema),
  }),
  /**
   * This reader is behind on a samples channel: of the rows up to now `n` are left out and the batch that follows has min, max and last of
   * each series. `cursor`: that of its first row. `since`: when this reader fell behind; absent: it has caught up and gets every row again.
   */
  thinned: v.object({
    t: v.literal('thinned'),
    channel: channelSchema,
    n: countSchema,
    since: v.optional(epochMsSchema),
    cursor: cursorSchema,
  }),
  /** The servers lost each other (`degraded`), or have found each other again (absent). */
  health: v.object({ t: v.literal('health'), degraded: v.optional(degradedSchema) }),
  /** To the owner: somebody with a lease asks this of your board. */
  'run-command': v.object({
    t: v.literal('run-command'),
    request: commandRequestSchema,
    from: clientSchema,
    fence: countSchema,
  }),
  'run-cancel': v.object({ t: v.literal('run-cancel'), board: idSchema, id: idSchema, fence: countSchema }),
  'run-write': v.object({
    t: v.literal('run-write'),
    board: idSchema,
    hex: hexSchema(MAX_WRITE_BYTES),
    by: shortText(80),
    from: clientSchema,
    fence: countSchema,
  }),
  pong: v.object({ t: v.literal('pong'), at: epochMsSchema, serverMs: epochMsSchema }),
  /** The server is about to stop: come back after this many ms. */
  reconnect: v.object({ t: v.literal('reconnect'), afterMs: countSchema, reason: orUndefined(longText(200)) }),
} as const;

export type FromRelayName = keyof typeof messages;
export type FromRelay = { [K in FromRelayName]: v.InferOutput<(typeof messages)[K]> }[FromRelayName];

/** The schema of each message, by its `t`. */
export const FROM_RELAY: { readonly [K in FromRelayName]: v.GenericSchema<unknown, Extract<FromRelay, { t: K }>> } =
  messages;
