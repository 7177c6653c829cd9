import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoardItem, BoardItemError } from '../../contract/board-item.ts';
import { decodeMdpFrame, encodeMdpFrame } from '../../decode/mdp-frame.ts';
import { createDemux } from './demux.ts';
import { decodeText, errorItem, lineItems, MARK } from './line-items.ts';
import { mdpItem } from './mdp-item.ts';

// The rules of the board contract §3.2 to §3.6 word by word, one byte at a time and with no thought of speed: what the fast
// demultiplexer must agree with.

const ALL_MARKS = MARK.control | MARK.high;

function model(bytes: Uint8Array): BoardItem[] {
  const items: BoardItem[] = [];
  let segment: number[] = [];
  let inCandidate = false;
  let behindLineFeed = false;
  let swallow = false;
  let quiet = false;

  const error = (code: BoardItemError) => {
    if (!quiet) items.push(errorItem(code));
  };
  const line = (raw: readonly number[]) => {
    const kept = raw.slice(0, raw.findLastIndex((byte) => byte !== 0x0d) + 1);
    if (kept.length === 0 || (quiet && kept.length < 4)) return;
    for (const item of lineItems(decodeText(Uint8Array.from(kept), ALL_MARKS))) {
      if (item.kind === 'error') error(item.error);
      else {
        items.push(item);
        quiet = false;
      }
    }
  };
  const chunk = (raw: readonly number[]) => {
    const frame = decodeMdpFrame(Uint8Array.from(raw));
    if ('error' in frame && frame.error.startsWith('bad_')) return error(frame.error);
    const { clean, replaced } = decodeText(Uint8Array.from(raw), ALL_MARKS);
    if (raw.length >= 4 && clean && replaced === 0) line(raw);
    else error('unrecognized');
  };
  const giveUp = (code: BoardItemError, rest: readonly number[]) => {
    error(code);
    segment = [];
    inCandidate = false;
    behindLineFeed = false;
    swallow = true;
    quiet = true;
    for (const byte of rest) take(byte);
  };
  const restart = (isLineFeed: boolean) => {
    segment = [];
    inCandidate = false;
    behindLineFeed = isLineFeed;
    swallow = false;
  };
  const takeInCandidate = (byte: number) => {
    if (byte !== 0) {
      segment.push(byte);
      if (segment.length > 1200) giveUp('oversize', segment.slice(3));
      return;
    }
    const frame = decodeMdpFrame(Uint8Array.from(segment));
    if ('error' in frame) return giveUp(frame.error, [...segment.slice(3), 0]);
    items.push(mdpItem(frame));
    quiet = false;
    restart(false);
  };
  const takeInText = (byte: number) => {
    if (byte === 0x0a) {
      if (!swallow) line(segment);
      return restart(true);
    }
    if (byte === 0) {
      if (!swallow && !quiet && segment.length > 0) chunk(segment);
      quiet = false;
      return restart(false);
    }
    segment.push(byte);
    const [code, first, second] = [-3, -2, -1].map((at) => segment.at(at));
    if (first === 0x5a && second === 0xa1 && (code === undefined ? behindLineFeed : code >= 3)) {
      const before = segment.slice(0, -3);
      if (!swallow && before.length > 0) line(before);
      segment = [code ?? 0x0a, 0x5a, 0xa1];
      inCandidate = true;
      swallow = false;
    } else if (!swallow && segment.length > 4096) {
      error('line_too_long');
      swallow = true;
    }
  };
  const take = (byte: number): void => (inCandidate ? takeInCandidate(byte) : takeInText(byte));
  for (const byte of bytes) take(byte);
  return items;
}

const utf8 = new TextEncoder();
const frame = (seq: number, text: string) => encodeMdpFrame({ type: 3, seq, src: 0xa1, dst: 0xc0 }, utf8.encode(text));

/** Pieces that meet every rule, and bytes that mean something to it. */
const piece = fc.oneof(
  fc
    .array(fc.constantFrom(0x00, 0x0a, 0x0d, 0x03, 0x5a, 0xa1, 0x01, 0x7b, 0x20, 0x41, 0xff), { maxLength: 30 })
    .map((list) => Uint8Array.from(list)),
  fc
    .tuple(fc.nat(), fc.constantFrom('', '{"ok":true}', '\n{"ok":true}\nI2C scan:\n'))
    .map(([seq, text]) => frame(seq, text)),
  fc.tuple(fc.nat(), fc.nat(40)).map(([seq, length]) => frame(seq, '{"a":1}\nline\n').slice(0, length)),
  fc
    .constantFrom(
      '{"type":"tele"}\n',
      'x{"ok":true}{"ok":false}\n',
      'dbg ON\r\n',
      'abc\n',
      '{"ok":\n',
      '  ',
      'x{',
      'text\0',
    )
    .map((text) => utf8.encode(text)),
  fc
    .constantFrom([0x7b, 0x5a, 0xa1], [0x0a, 0x5a, 0xa1], [0x04, 0x5a, 0xa1, 0x01], [0x5a, 0xa1], [0x02, 0x5a, 0xa1])
    .map((list) => Uint8Array.from(list)),
  fc
    .tuple(
      fc.constantFrom(0x78, 0x20, 0x0d),
      fc.constantFrom(1195, 1196, 1197, 1198, 4090, 4093, 4094, 4095, 4096, 4097),
    )
    .map(([byte, length]) => new Uint8Array(length).fill(byte)),
);

test('agrees with the rules as they are written', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const bytes = Uint8Array.from(pieces.flatMap((part) => [...part]));
      const items: BoardItem[] = [];
      createDemux((item) => items.push(item)).feed(bytes);
      expect(items).toEqual(model(bytes));
    }),
    { numRuns: 2000 },
  );
});
