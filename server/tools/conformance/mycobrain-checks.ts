import type { MdpItem } from '../../../src/contract/board-item.ts';
import { fromHex, toHex } from '../../../src/decode/hex.ts';
import { encodeMdpFrame } from '../../../src/decode/mdp-frame.ts';
import { demultiplex } from './demultiplex.ts';
import { FEEDS, type Feed } from './feeds.ts';
import { firstDifference } from './first-difference.ts';
import { checkDetect } from './mycobrain-detection.ts';
import type { MycobrainVector } from './mycobrain-vector.ts';

/** Runs every check that applies to a vector; undefined when all hold, else which one failed and how. */
export function checkVector(vector: MycobrainVector): string | undefined {
  return (
    checkFeeds(vector) ??
    checkEncoder(vector) ??
    checkReply(vector) ??
    (vector.detect && checkDetect(demultiplex([vector.bytes]).items, vector.detect))
  );
}

function checkFeeds(vector: MycobrainVector): string | undefined {
  const { chunks } = vector;
  const asRecorded: Feed[] =
    chunks === undefined
      ? []
      : [{ name: 'chunks as recorded', cut: (b) => chunks.map(([at, length]) => b.subarray(at, at + length)) }];
  for (const feed of [...FEEDS, ...asRecorded]) {
    const { items, pendingBytes } = demultiplex(feed.cut(vector.bytes));
    const difference =
      firstDifference(vector.items, items, 'items') ??
      (vector.pendingBytes === undefined
        ? undefined
        : firstDifference(vector.pendingBytes, pendingBytes, 'pending_bytes'));
    if (difference !== undefined) return `fed ${feed.name}: ${difference}`;
  }
  return undefined;
}

/** A host's frame must come out of our encoder byte by byte, from header and body. */
function checkEncoder(vector: MycobrainVector): string | undefined {
  if (vector.direction !== 'host_to_board') return undefined;
  const { items, ranges } = demultiplex([vector.bytes]);
  for (const [index, item] of items.entries()) {
    const range = ranges[index];
    const body = item.kind === 'mdp' ? bodyBytes(item) : undefined;
    if (item.kind !== 'mdp' || range === undefined || body === undefined) continue;
    const { msg_type: type, ...head } = item.header;
    const difference = firstDifference(
      toHex(vector.bytes.subarray(...range)),
      toHex(encodeMdpFrame({ ...head, type }, body)),
      'frame',
    );
    if (difference !== undefined) return `encoded again: ${difference}`;
  }
  return undefined;
}

/** The body as bytes again; undefined for a struct that hosts do not send. */
function bodyBytes(item: MdpItem): Uint8Array | undefined {
  if (item.body_text !== undefined) return new TextEncoder().encode(item.body_text);
  switch (item.body_format) {
    case 'empty':
      return new Uint8Array();
    case 'opaque':
      return fromHex((item.body as { readonly hex: string }).hex);
    case 'command': {
      const { cmd_id, cmd_len, data_hex } = item.body as {
        readonly cmd_id: number;
        readonly cmd_len: number;
        readonly data_hex: string;
      };
      const bytes = new Uint8Array(4 + cmd_len);
      new DataView(bytes.buffer).setUint16(0, cmd_id, true);
      new DataView(bytes.buffer).setUint16(2, cmd_len, true);
      bytes.set(fromHex(data_hex), 4);
      return bytes;
    }
    default:
      return undefined;
  }
}

function checkReply({ device }: MycobrainVector): string | undefined {
  if (device === undefined) return undefined;
  const difference = firstDifference(device.replyItems, demultiplex([device.reply]).items, 'reply_items');
  return difference === undefined ? undefined : `the board's reply: ${difference}`;
}
