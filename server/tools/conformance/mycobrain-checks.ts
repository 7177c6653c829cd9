import { createDemux } from '../../../src/boards/mycobrain/demux.ts';
import { dialectOf } from '../../../src/boards/mycobrain/detect.ts';
import { PROBE_STAGES, probeBytes } from '../../../src/boards/mycobrain/probe.ts';
import type { BoardItem, MdpItem } from '../../../src/contract/board-item.ts';
import { fromHex, toHex } from '../../../src/decode/hex.ts';
import { encodeMdpFrame } from '../../../src/decode/mdp-frame.ts';
import { FEEDS, type Feed } from './feeds.ts';
import { firstDifference } from './first-difference.ts';
import type { DetectExpectation, MycobrainVector } from './mycobrain-vector.ts';

/** Runs every check that applies to a vector; undefined when all hold, else which one failed and how. */
export function checkVector(vector: MycobrainVector): string | undefined {
  return (
    checkFeeds(vector) ??
    checkEncoder(vector) ??
    checkReply(vector) ??
    (vector.detect && checkDetect(vector, vector.detect))
  );
}

interface Demuxed {
  readonly items: readonly BoardItem[];
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly pendingBytes: number;
}

function demultiplex(chunks: Iterable<Uint8Array>): Demuxed {
  const items: BoardItem[] = [];
  const ranges: [number, number][] = [];
  const demux = createDemux((item, from, to) => {
    items.push(item);
    ranges.push([from, to]);
  });
  for (const chunk of chunks) demux.feed(chunk);
  return { items, ranges, pendingBytes: demux.pendingBytes };
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

/** Dialect from the items; stage and probes as far as they follow from what the host had to send to get there (§15). */
function checkDetect(vector: MycobrainVector, expected: DetectExpectation): string | undefined {
  const { items } = demultiplex([vector.bytes]);
  const verdict = items.map(dialectOf).find((dialect) => dialect !== undefined);
  const dialect = verdict ?? (items.some((item) => item.kind === 'text') ? 'text-log' : 'silent');
  const lastSent = expected.hostSent.at(-1)?.stage;
  const stage = verdict === undefined ? 'none' : (lastSent ?? 'passive');
  // Without a verdict every question was asked; with one, asking stopped there.
  const asked = verdict === undefined ? PROBE_STAGES : PROBE_STAGES.slice(0, expected.hostSent.length);
  const sent = expected.hostSent.map((probe) => ({ stage: probe.stage, hex: toHex(probe.bytes) }));
  const ours = asked.map((name, index) => ({
    stage: name,
    hex: toHex(probeBytes(name, seqIn(expected.hostSent[index]?.bytes))),
  }));
  const difference =
    firstDifference(expected.dialect, dialect, 'dialect') ??
    firstDifference(expected.stage, stage, 'stage') ??
    firstDifference(sent, ours, 'host_sent');
  return difference === undefined ? undefined : `detected: ${difference}`;
}

/** The sequence number of the frame in a probe: the host was free to choose it. */
function seqIn(probe: Uint8Array | undefined): number {
  const item = demultiplex(probe === undefined ? [] : [probe]).items.find((some) => some.kind === 'mdp');
  return item?.header.seq ?? 0;
}
