import * as v from 'valibot';
import { type ChannelName, type Cursor, channelKind, parseBoardChannel } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { toJsonSamples } from '../../src/contract/json-samples.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import { rowsToKeep } from '../../src/lib/extremes.ts';
import type { LogChannel, LogEntry } from '../bus/bus.ts';
import { batchOf, dropRows, payloadOf } from '../bus/encode.ts';
import type { DeliveryContext } from '../live/delivery.ts';
import { startOf } from '../live/log-start.ts';
import { type Answer, numberInQuery, type Route, refusal, route } from './route.ts';

const MAX_RECORDS = 10_000;
const DEFAULT_RECORDS = 1_000;

const querySchema = v.object({
  /** `EPOCH:OFFSET` */
  since: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}:\d{1,16}$/, 'EPOCH:OFFSET'))),
  /** Published (samples: measured) at this moment or later, EpochMs. */
  from: numberInQuery,
  /** … and before this one. */
  to: numberInQuery,
  /** Records at most; rows about, since batches come whole. */
  limit: numberInQuery,
  /** samples: min, max and last of each series per this many ms. */
  every: numberInQuery,
});
type Query = v.InferOutput<typeof querySchema>;

/** What is kept of a channel, in pieces: ask again with the `cursor` of the answer until `more` is false. */
export function historyRoute(context: DeliveryContext): Route {
  return route<Query, unknown>({
    method: 'GET',
    path: '/api/channels/{channel}',
    summary: 'Read what a channel keeps',
    about:
      'events: `records`; state: `puts`, the latest of each key; samples: `batches`. `since` goes on from a cursor and is answered with `recovered` or a `gap`, as on `/live`.',
    query: querySchema,
    answers: {
      200: '`cursor`: of what comes next; `more`: there is more now; `gap`: what was asked for and is not kept.',
      403: 'Not your right.',
      404: 'No such channel.',
      429: 'One more channel cannot be opened now.',
    },
    async handle({ principal, name, query }) {
      const kind = channelKind(name);
      if (kind === undefined) return notHere(name);
      if (!principal.may('history', name))
        return refusal(403, 'not-allowed', `your role does not let you read ${name}`);
      const board = parseBoardChannel(name)?.board;
      if (board !== undefined && !context.relay.boards.has(board)) return notHere(name);
      return kind === 'state' ? readState(context, name, principal.keysOf(name)) : readLog(context, name, query);
    },
  });
}

const notHere = (name: ChannelName): Answer => refusal(404, 'no-such-channel', `${name.slice(0, 128)} is not here`);

const noRoom = (cause: unknown): Answer =>
  refusal(429, 'limit-reached', cause instanceof Error ? cause.message : 'the channel cannot be opened now');

async function readState(
  context: DeliveryContext,
  name: ChannelName,
  mayRead: (key: string) => boolean = () => true,
): Promise<Answer> {
  const opened = await context.bus.openState(name).catch(noRoom);
  if ('status' in opened) return opened;
  const { epoch, nextOffset } = opened.channel;
  const puts = [...opened.channel.entries()].filter(([key]) => mayRead(key));
  opened.close();
  return {
    status: 200,
    body: { channel: name, kind: 'state', cursor: { epoch, offset: nextOffset }, more: false, puts },
  };
}

async function readLog(context: DeliveryContext, name: ChannelName, query: Query): Promise<Answer> {
  const opened = await context.bus.openLog(name).catch(noRoom);
  if ('status' in opened) return opened;
  try {
    const log = opened.channel;
    const start = startOf(log, { since: cursorOf(query.since), rewind: undefined }, context.reading);
    const limit = Math.min(Math.max(1, query.limit ?? DEFAULT_RECORDS), MAX_RECORDS);
    const page = log.kind === 'events' ? readEvents(log, start, query, limit) : readSamples(log, start, query, limit);
    const { recovered, gap } = start;
    return { status: 200, body: { channel: name, kind: log.kind, recovered, gap, ...page } };
  } finally {
    opened.close();
  }
}

function cursorOf(text: string | undefined): Cursor | undefined {
  const colon = text?.lastIndexOf(':') ?? -1;
  return text === undefined ? undefined : { epoch: text.slice(0, colon), offset: Number(text.slice(colon + 1)) };
}

interface Start {
  readonly seq: number;
  readonly cursor: Cursor;
}

/** Entries from the start on, each with how many of its records the caller has already. */
function* entriesFrom(log: LogChannel, { seq, cursor }: Start): Generator<{ entry: LogEntry; skip: number }> {
  for (let at = seq; at < log.nextSeq; at++) {
    const entry = log.entry(at);
    if (entry === undefined) return;
    const skip = at === seq && entry.epoch === cursor.epoch ? Math.max(0, cursor.offset - entry.offset) : 0;
    yield { entry, skip };
  }
}

function readEvents(log: LogChannel, start: Start, { from = 0, to = Number.POSITIVE_INFINITY }: Query, limit: number) {
  const records: unknown[] = [];
  const gaps: unknown[] = [];
  let cursor = start.cursor;
  for (const { entry, skip } of entriesFrom(log, start)) {
    if (entry.at >= to) break;
    if (records.length >= limit) return { records, gaps, cursor, more: true };
    if (entry.is === 'gap') {
      const { gap, cursor: behind }: Extract<FromRelay, { t: 'gap' }> = JSON.parse(payloadOf(entry).toString());
      gaps.push({ gap, cursor: behind });
    } else if (entry.at >= from) {
      const message: Extract<FromRelay, { t: 'events' }> = JSON.parse(payloadOf(entry).toString());
      const fresh = message.records.slice(skip, skip + limit - records.length);
      records.push(...fresh);
      const end = skip + fresh.length;
      if (end < entry.count)
        return { records, gaps, cursor: { epoch: entry.epoch, offset: entry.offset + end }, more: true };
    }
    cursor = { epoch: entry.epoch, offset: entry.offset + entry.count };
  }
  return { records, gaps, cursor, more: false };
}

function readSamples(log: LogChannel, start: Start, query: Query, limit: number) {
  const { from = 0, to = Number.POSITIVE_INFINITY, every } = query;
  const batches: unknown[] = [];
  const gaps: unknown[] = [];
  let rows = 0;
  let leftOut = 0;
  let cursor = start.cursor;
  for (const { entry, skip } of entriesFrom(log, start)) {
    if (rows >= limit) return { batches, gaps, cursor, leftOut, more: true };
    cursor = { epoch: entry.epoch, offset: entry.offset + entry.count };
    if (entry.is === 'gap') {
      const { gap }: Extract<FromRelay, { t: 'gap' }> = JSON.parse(payloadOf(entry).toString());
      gaps.push({ gap, cursor });
      continue;
    }
    const whole = within(dropRows(batchOf(entry), skip), from, to);
    const batch = every === undefined ? whole : thinByTime(whole, every);
    leftOut += whole.times.length - batch.times.length;
    rows += batch.times.length;
    if (batch.times.length > 0) batches.push({ offset: batch.offset, ...toJsonSamples(batch) });
  }
  return { batches, gaps, cursor, leftOut, more: false };
}

function within(batch: SampleBatch, from: number, to: number): SampleBatch {
  let first = 0;
  let end = batch.times.length;
  while (first < end && (batch.times[first] ?? 0) < from) first++;
  while (end > first && (batch.times[end - 1] ?? 0) >= to) end--;
  const cut = (column: Float64Array) => column.subarray(first, end);
  return { ...batch, offset: batch.offset + first, times: cut(batch.times), columns: batch.columns.map(cut) };
}

/** Buckets of `everyMs` within this batch, each reduced to the extremes of its series. */
function thinByTime(batch: SampleBatch, everyMs: number): SampleBatch {
  const keep: number[] = [];
  for (let start = 0; start < batch.times.length; ) {
    const until = Math.floor((batch.times[start] ?? 0) / everyMs + 1) * everyMs;
    let end = start + 1;
    while (end < batch.times.length && (batch.times[end] ?? 0) < until) end++;
    keep.push(...rowsToKeep(batch.columns, start, end, end - start));
    start = end;
  }
  const pick = (column: Float64Array) => Float64Array.from(keep, (row) => column[row] ?? Number.NaN);
  return { ...batch, times: pick(batch.times), columns: batch.columns.map(pick) };
}
