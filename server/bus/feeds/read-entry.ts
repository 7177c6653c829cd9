import { timeOf } from './message-time.ts';
import { type Dropped, drop, type FeedRecord, firstTime, MAX_MESSAGE_BYTES, readJson } from './read-message.ts';
import { isBenign } from './same-message.ts';

/** An entry of a stream, as XREAD gives it: its id, then names and values in turn. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: readonly Buffer[];
}

/** All that a record says beside its data. */
type About = Omit<FeedRecord, 'data'>;

const STREAM_TIMES = ['rx_time', 'timestamp'];
const MAX_SNAPSHOT_BYTES = 8_388_608;

/** What came by XADD. The time is the payload's, else the entry's own field `timestamp`, else that of its id. */
export function readEntry(
  stream: string,
  entry: StreamEntry,
): Dropped | { readonly ok: true; readonly record: FeedRecord } {
  const read = readData(stream, entry, MAX_MESSAGE_BYTES);
  if (!read.ok) return read;
  const { about, data } = read;
  return isBenign(data) ? { ok: true, record: { ...about, data } } : drop('hostile-shape');
}

/** An entry that is a whole state. Its items are not looked into yet: there can be many. */
export function readSnapshot(
  stream: string,
  entry: StreamEntry,
): Dropped | { readonly ok: true; readonly about: About; readonly items: readonly unknown[] } {
  const read = readData(stream, entry, MAX_SNAPSHOT_BYTES);
  if (!read.ok) return read;
  const { about, data } = read;
  return Array.isArray(data) ? { ok: true, about, items: data } : drop('not-a-snapshot', fieldOf(entry, 'data'));
}

function readData(
  stream: string,
  entry: StreamEntry,
  maxBytes: number,
): Dropped | { readonly ok: true; readonly about: About; readonly data: unknown } {
  const bytes = fieldOf(entry, 'data');
  if (bytes === undefined) return drop('no-data-field', entry.fields[0]);
  const body = readJson(bytes, maxBytes);
  if (!body.ok) return body;
  const data = body.value;
  const at = firstTime(data, STREAM_TIMES) ?? timeOf(fieldOf(entry, 'timestamp')?.subarray(0, 64).toString());
  const time =
    at === undefined
      ? ({ at: Number.parseInt(entry.id, 10), atFrom: 'entry-id' } as const)
      : ({ at, atFrom: 'payload' } as const);
  return { ok: true, about: { from: stream, source: null, ...time, flags: body.flags, entry: entry.id }, data };
}

function fieldOf({ fields }: StreamEntry, name: string): Buffer | undefined {
  for (let at = 0; at + 1 < fields.length; at += 2) if (fields[at]?.toString() === name) return fields[at + 1];
  return undefined;
}
