import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { decodeSampleBatch, encodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';
import type { BusPublication, LogEntry } from './bus.ts';

export const encodeMessage = (message: FromRelay): Buffer => Buffer.from(JSON.stringify(message));

export function encodeGap(channel: ChannelName, gap: Gap, cursor: Cursor): Buffer {
  return encodeMessage({ t: 'gap', channel, gap, cursor });
}

/** The frame of a publication at its place in the channel. */
export function encodePublication(channel: ChannelName, publication: BusPublication, cursor: Cursor) {
  const { epoch, offset } = cursor;
  switch (publication.t) {
    case 'events': {
      const { records } = publication;
      const bytes = encodeMessage({ t: 'events', channel, epoch, from: offset, records: [...records] });
      return { bytes, binary: false, count: records.length };
    }
    case 'samples': {
      const bytes = Buffer.from(encodeSampleBatch({ ...publication.batch, channel, epoch, offset }));
      return { bytes, binary: true, count: publication.batch.times.length };
    }
    case 'gap':
      return { bytes: encodeGap(channel, publication.gap, cursor), binary: false, count: 0 };
  }
}

/** The part of an entry from `offset` on: a reader resumes in its middle. Rare, so it is decoded again. */
export function encodeTail(entry: LogEntry, offset: number): Buffer {
  const skip = offset - entry.offset;
  if (skip <= 0) return entry.bytes;
  if (entry.binary)
    return Buffer.from(encodeSampleBatch(dropRows(decodeSampleBatch(toArrayBuffer(entry.bytes)), skip)));
  const message: Extract<FromRelay, { t: 'events' }> = JSON.parse(entry.bytes.toString());
  return encodeMessage({ ...message, from: offset, records: message.records.slice(skip) });
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
