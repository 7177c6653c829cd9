import type { ChannelName } from '../../src/contract/channel.ts';
import { decodeSampleBatch, encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { MAX_RECORDS } from '../../src/contract/to-relay.ts';

/** One message is kept below this, far below what the relay takes. */
const MESSAGE_BYTES = 256 * 1024;

/** Messages of as many records as fit. Each record is turned into text once. */
export function* recordMessages(
  channel: ChannelName,
  epoch: string,
  from: number,
  records: readonly unknown[],
): Generator<string> {
  let texts: string[] = [];
  let bytes = 0;
  let next = from;
  const message = (): string =>
    `{"t":"records","channel":${JSON.stringify(channel)},"epoch":${JSON.stringify(epoch)},"from":${next - texts.length},"records":[${texts.join(',')}]}`;
  for (const record of records) {
    const text = JSON.stringify(record);
    if (texts.length > 0 && (bytes + text.length > MESSAGE_BYTES || texts.length >= MAX_RECORDS)) {
      yield message();
      texts = [];
      bytes = 0;
    }
    texts.push(text);
    bytes += text.length;
    next++;
  }
  if (texts.length > 0) yield message();
}

/** A batch in pieces that fit one message. */
export function* piecesOf(buffer: ArrayBuffer): Generator<ArrayBuffer> {
  if (buffer.byteLength <= MESSAGE_BYTES) {
    yield buffer;
    return;
  }
  const batch = decodeSampleBatch(buffer);
  const rows = batch.times.length;
  const step = Math.max(1, Math.floor((rows * MESSAGE_BYTES) / buffer.byteLength));
  for (let row = 0; row < rows; row += step) {
    yield encodeSampleBatch({
      ...batch,
      offset: batch.offset + row,
      times: batch.times.subarray(row, row + step),
      columns: batch.columns.map((column) => column.subarray(row, row + step)),
    });
  }
}
