import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { decodeSampleBatch, encodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';
import { frameOf, frameText, headerLength } from '../wire/frame-encode.ts';
import type { LogEntry } from './bus.ts';

/** A frame and where in it the message begins. */
export interface Framed {
  readonly frame: Buffer;
  readonly head: number;
}

const framed = (frame: Buffer): Framed => ({ frame, head: headerLength(frame) });

/** A control message as a whole WebSocket frame. */
export const encodeMessage = (message: FromRelay): Buffer => frameText(JSON.stringify(message));

/** Texts that every frame of a channel begins with are short and few: quoted once per frame, never per reader. */
export function frameOfEvents(channel: ChannelName, { epoch, offset }: Cursor, texts: string): Framed {
  return framed(
    frameText(`{"t":"events","channel":"${channel}","epoch":"${epoch}","from":${offset},"records":[${texts}]}`),
  );
}

export function frameOfGap(channel: ChannelName, gap: Gap, cursor: Cursor, from?: Cursor): Framed {
  return framed(encodeMessage({ t: 'gap', channel, gap, cursor, from }));
}

export function frameOfSamples(channel: ChannelName, batch: SampleBatch, { epoch, offset }: Cursor): Framed {
  return framed(frameOf(new Uint8Array(encodeSampleBatch({ ...batch, channel, epoch, offset })), 'binary'));
}

export const payloadOf = (entry: LogEntry | Framed): Buffer => entry.frame.subarray(entry.head);

/** The batch in an entry of a samples channel, with its own memory. */
export const batchOf = (entry: LogEntry): SampleBatch => decodeSampleBatch(toArrayBuffer(payloadOf(entry)));

/** The part of an entry from `offset` on: a reader resumes in its middle. Rare, so it is decoded again. */
export function tailOf(channel: ChannelName, entry: LogEntry, offset: number): Framed {
  const skip = offset - entry.offset;
  if (skip <= 0) return entry;
  const cursor = { epoch: entry.epoch, offset };
  if (entry.is === 'samples') return frameOfSamples(channel, dropRows(batchOf(entry), skip), cursor);
  const { records }: Extract<FromRelay, { t: 'events' }> = JSON.parse(payloadOf(entry).toString());
  return frameOfEvents(channel, cursor, textsOf(records.slice(skip)));
}

/** Records as JSON with commas between. */
export function textsOf(records: readonly unknown[]): string {
  if (records.length === 1) return JSON.stringify(records[0]);
  return JSON.stringify(records).slice(1, -1);
}

/** A batch without its first rows. */
export function dropRows(batch: SampleBatch, rows: number): SampleBatch {
  return {
    ...batch,
    offset: batch.offset + rows,
    times: batch.times.subarray(rows),
    columns: batch.columns.map((column) => column.subarray(rows)),
  };
}

/** A copy with its own memory, at offset 0: columns need alignment that a slice of a pool does not have. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}
