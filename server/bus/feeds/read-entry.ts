import { isUtf8 } from 'node:buffer';
import type { FeedRecord } from '../../../src/contract/upstream/redis.ts';
import { timeOf } from '../../../src/decode/message-time.ts';
import { type Dropped, drop, firstTime, MAX_MESSAGE_BYTES, readJson } from './read-message.ts';
import { isBenign } from './same-message.ts';
import { beginsArray } from './split-array.ts';

/** An entry of a stream, as XREAD gives it: its id, then names and values in turn. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: readonly Buffer[];
}

/** All that a record says beside what is in the entry. */
type About = Omit<FeedRecord, 'data' | 'flags'>;

const STREAM_TIMES = ['rx_time', 'timestamp'];
const MAX_SNAPSHOT_BYTES = 8_388_608;

/** What came by XADD. The time is the payload's, else the entry's own field `timestamp`, else that of its id. */
export function readEntry(
  stream: string,
  entry: StreamEntry,
): Dropped | { readonly ok: true; readonly record: FeedRecord } {
  const bytes = fieldOf(entry, 'data');
  if (bytes === undefined) return drop('no-data-field', entry.fields[0]);
  const body = readJson(bytes, MAX_MESSAGE_BYTES);
  if (!body.ok) return body;
  const { value: data, flags } = body;
  if (!isBenign(data)) return drop('hostile-shape', bytes);
  return { ok: true, record: { ...aboutOf(stream, entry, data), data, flags } };
}

/** An entry that is a whole state: `array` is the JSON text of all items, which may be long. */
export function readSnapshot(
  stream: string,
  entry: StreamEntry,
): Dropped | { readonly ok: true; readonly about: About; readonly array: Buffer } {
  const array = fieldOf(entry, 'data');
  if (array === undefined) return drop('no-data-field', entry.fields[0]);
  if (array.length > MAX_SNAPSHOT_BYTES) return drop('oversize');
  if (!isUtf8(array)) return drop('not-utf8', array);
  if (!beginsArray(array)) return drop('not-a-snapshot', array);
  return { ok: true, about: aboutOf(stream, entry, undefined), array };
}

function aboutOf(stream: string, entry: StreamEntry, data: unknown): About {
  const at = firstTime(data, STREAM_TIMES) ?? timeOf(fieldOf(entry, 'timestamp')?.subarray(0, 64).toString());
  const common = { from: stream, source: null, entry: entry.id };
  return at === undefined
    ? { ...common, at: Number.parseInt(entry.id, 10), atFrom: 'entry-id' }
    : { ...common, at, atFrom: 'payload' };
}

function fieldOf({ fields }: StreamEntry, name: string): Buffer | undefined {
  for (let at = 0; at + 1 < fields.length; at += 2) if (fields[at]?.toString() === name) return fields[at + 1];
  return undefined;
}
