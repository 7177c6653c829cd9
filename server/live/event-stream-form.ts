import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import { toJsonSamples } from '../../src/contract/json-samples.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { toArrayBuffer } from '../bus/encode.ts';
import type { Taken } from './reader.ts';

/** How a cursor is written in an event's `id`, and read back from `Last-Event-ID` and `since`. Several stand with spaces between. */
export const cursorText = (channel: ChannelName, { epoch, offset }: Cursor): string => `${channel}=${epoch}:${offset}`;

const CURSOR = /^([A-Za-z0-9._/-]{1,128})=([A-Za-z0-9._-]{1,64}):(\d{1,16})$/;

/** The cursors in a text, by channel; what cannot be read is left out. */
export function parseCursors(text: string): Map<ChannelName, Cursor> {
  const cursors = new Map<ChannelName, Cursor>();
  for (const part of text.slice(0, 16_384).split(/\s+/)) {
    const [, channel, epoch, digits] = CURSOR.exec(part) ?? [];
    const offset = Number(digits);
    if (channel !== undefined && epoch !== undefined && Number.isSafeInteger(offset))
      cursors.set(channel, { epoch, offset });
  }
  return cursors;
}

/** Type, channel, cursor and `snapshot` of a state frame take no more. */
const MAX_HEAD_BYTES = 400;

/** One event: the cursor after it as its id, in the first line; the message's type as its name; the message. */
export function eventOf(taken: Taken, channel: ChannelName, cursor: Cursor): Buffer {
  const payload = taken.frame.subarray(taken.head);
  const data = taken.binary ? jsonOf(payload) : payload.toString();
  const type = /^\{"t":"([a-z-]+)"/.exec(data)?.[1] ?? 'message';
  return Buffer.from(`id: ${cursorText(channel, cursor)}\nevent: ${type}\ndata: ${data}\n\n`);
}

/** The same event without its id, which is its first line. */
export const withoutId = (event: Buffer): Buffer => event.subarray(event.indexOf(0x0a) + 1);

/** Whether a frame of a state channel is a whole one: it says so behind its cursor. */
export const isSnapshot = ({ frame, head }: Taken): boolean =>
  frame.subarray(head, head + MAX_HEAD_BYTES).includes('"snapshot":true');

/** A message that belongs to no place in a channel. */
export const controlEvent = (message: { readonly t: string }): Buffer =>
  Buffer.from(`event: ${message.t}\ndata: ${JSON.stringify(message)}\n\n`);

function jsonOf(payload: Buffer): string {
  const batch = decodeSampleBatch(toArrayBuffer(payload));
  const { channel, epoch, offset } = batch;
  return JSON.stringify({ t: 'samples', channel, epoch, offset, ...toJsonSamples(batch) });
}
