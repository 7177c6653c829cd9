import type { BoardItem, BoardItemError } from '../../contract/board-item.ts';
import { decodeMdpFrame } from '../../decode/mdp-frame.ts';
import { decodeText, errorItem, lineItems, MARK } from './line-items.ts';
import { mdpItem } from './mdp-item.ts';

/** A text line, or bytes that never end, may be this long. */
const MAX_LINE_BYTES = 4096;
/** A frame candidate may be this long, code byte included, delimiter not. */
const MAX_CANDIDATE_BYTES = 1200;
const SIGNATURE_BYTES = 3;
/** In quiet mode a shorter line is taken for debris. */
const QUIET_LEAST_BYTES = 4;
/** A chunk that ends with 00 is text only from this length on. */
const CHUNK_LEAST_BYTES = 4;
/** Room for the longest pending segment and a good piece of new bytes. */
const WINDOW_BYTES = 32_768;

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
/** The first two header bytes of every frame; they cannot follow one another in valid UTF-8. */
const MAGIC_0 = 0x5a;
const MAGIC_1 = 0xa1;

const END = 8;
const MAGIC_END = 16;
/** What each byte value means to the text scanner: 0 for the ordinary ones. */
const MARKS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === LF || byte === NUL) return END;
  if (byte >= 0x80) return byte === MAGIC_1 ? MARK.high | MAGIC_END : MARK.high;
  const control = (byte < 0x20 && byte !== 0x09 && byte !== CR && byte !== 0x1b) || byte === 0x7f;
  return control ? MARK.control : 0;
});

/** Receives each item with the absolute byte range `[from, to)` of the line or frame it came from, end byte included. */
export type EmitItem = (item: BoardItem, from: number, to: number) => void;

export interface Demux {
  /** Takes any bytes, in any cut. Never throws; keeps no reference to `bytes`. */
  feed(bytes: Uint8Array): void;
  /** Bytes of the line or frame that has not ended yet: at most 4096. Bytes that are being dropped are not pending. */
  readonly pendingBytes: number;
  /** All bytes fed so far. */
  readonly consumed: number;
}

/**
 * Bytes of a board → items (board contract §3), for every dialect at once. The items do not depend on how the bytes were cut.
 *
 * ```text
 *            c 5A A1                      00: decoded, or given up
 *   text ───────────────▶ candidate ─────────────────────────────▶ text
 *    ▲ │ 0A: line · 00: chunk            1201 bytes: given up
 *    └─┘ 4097 bytes: dropping
 * ```
 * Giving up (§3.6) steps back to just behind the signature and reads again with two modes on: `dropping` (swallow, also the rest
 * of an over-long line) until an 0A or a signature, `quiet` (no errors, no debris) until the 00 or the first item.
 * A byte is read again only as part of another candidate; the search for its 00 is remembered, so the worst case costs one
 * attempt to decode per three bytes.
 */
export function createDemux(emit: EmitItem): Demux {
  const window = new Uint8Array(WINDOW_BYTES);
  /** Offset of window[0] in the stream. */
  let base = 0;
  let end = 0;
  /** Next byte to look at. */
  let at = 0;
  /** Where the current line, chunk or candidate begins. */
  let start = 0;
  let inCandidate = false;
  /** The segment begins right behind a line feed, which may turn out to be the code byte of a frame. */
  let afterLineFeed = false;
  let dropping = false;
  let quiet = false;
  let marks = 0;
  /** There is no 00 between the current candidate and this index. */
  let nulSearched = 0;

  function put(item: BoardItem, to: number): void {
    emit(item, base + start, base + to);
  }

  function putError(error: BoardItemError, to: number): void {
    if (!quiet) put(errorItem(error), to);
  }

  function beginText(from: number, behindLineFeed: boolean): void {
    inCandidate = false;
    afterLineFeed = behindLineFeed;
    marks = 0;
    start = from;
    at = from;
  }

  function beginCandidate(from: number): void {
    inCandidate = true;
    dropping = false;
    start = from;
    at = from + SIGNATURE_BYTES;
  }

  /** `[start, to)` is a text line, `through` the end of what it came from. */
  function endLine(to: number, through: number): void {
    let last = to;
    while (last > start && window[last - 1] === CR) last--;
    if (last === start || (quiet && last - start < QUIET_LEAST_BYTES)) return;
    const items = lineItems(decodeText(window.subarray(start, last), marks));
    for (const item of items) {
      if (item.kind === 'error') {
        putError(item.error, through);
      } else {
        put(item, through);
        quiet = false;
      }
    }
  }

  /** `[start, to)` ended with a 00 and had no signature (§3.5). */
  function endChunk(to: number): void {
    const frame = decodeMdpFrame(window, start, to);
    if ('error' in frame && (frame.error === 'bad_magic' || frame.error === 'bad_version')) {
      putError(frame.error, to + 1);
      return;
    }
    const chunk = decodeText(window.subarray(start, to), marks);
    const isText = to - start >= CHUNK_LEAST_BYTES && chunk.clean && chunk.replaced === 0;
    if (isText) endLine(to, to + 1);
    else putError('unrecognized', to + 1);
  }

  /** Reads on as text. False when the bytes are used up. */
  function scanText(): boolean {
    const stop = dropping ? end : Math.min(end, start + MAX_LINE_BYTES + 1);
    const segment = start;
    let seen = marks;
    for (let i = at; i < stop; i++) {
      const mark = MARKS[window[i] as number] as number;
      if (mark === 0) continue;
      if (mark === END) {
        marks = seen;
        endSegment(i);
        return true;
      }
      if (mark & MAGIC_END && i > segment && window[i - 1] === MAGIC_0) {
        const isMidLine = i - 2 >= segment && (window[i - 2] as number) >= 3;
        if (isMidLine || (i - 1 === segment && afterLineFeed)) {
          // The marks of the signature's own bytes are over-counted here; marks may be too many.
          marks = seen;
          if (!dropping && i - 2 > segment) endLine(i - 2, i - 2);
          beginCandidate(i - 2);
          return true;
        }
      }
      seen |= mark;
    }
    at = stop;
    marks = seen;
    if (dropping || stop - segment <= MAX_LINE_BYTES) return false;
    putError('line_too_long', stop);
    dropping = true;
    return true;
  }

  /** window[to] is 0A or 00. */
  function endSegment(to: number): void {
    const isLine = window[to] === LF;
    if (isLine) {
      if (!dropping) endLine(to, to + 1);
    } else {
      if (!dropping && !quiet && to > start) endChunk(to);
      quiet = false;
    }
    dropping = false;
    beginText(to + 1, isLine);
  }

  /** Reads on inside a candidate. False when the bytes are used up. */
  function scanCandidate(): boolean {
    const stop = Math.min(end, start + MAX_CANDIDATE_BYTES + 1);
    let i = Math.max(at, nulSearched);
    while (i < stop && window[i] !== NUL) i++;
    nulSearched = i;
    if (i < stop) {
      endCandidate(i);
      return true;
    }
    at = end;
    if (end - start <= MAX_CANDIDATE_BYTES) return false;
    giveUp('oversize', start + MAX_CANDIDATE_BYTES);
    return true;
  }

  /** window[to] is the 00. */
  function endCandidate(to: number): void {
    const frame = decodeMdpFrame(window, start, to);
    if ('error' in frame) {
      giveUp(frame.error, to + 1);
      return;
    }
    put(mdpItem(frame), to + 1);
    quiet = false;
    beginText(to + 1, false);
  }

  function giveUp(error: BoardItemError, to: number): void {
    putError(error, to);
    beginText(start + SIGNATURE_BYTES, false);
    dropping = true;
    quiet = true;
  }

  /** Forgets what has been read and moves the rest to the front. */
  function compact(): void {
    if (dropping && !inCandidate) {
      // Two bytes of what is dropped may be the beginning of a signature.
      start = Math.max(start, at - 2);
    }
    const keep = afterLineFeed && !inCandidate ? start - 1 : start;
    if (keep === 0) return;
    window.copyWithin(0, keep, end);
    base += keep;
    end -= keep;
    at -= keep;
    start -= keep;
    nulSearched = Math.max(0, nulSearched - keep);
  }

  return {
    feed(bytes) {
      for (let taken = 0; taken < bytes.length; ) {
        const some = Math.min(bytes.length - taken, WINDOW_BYTES - end);
        window.set(some === bytes.length ? bytes : bytes.subarray(taken, taken + some), end);
        end += some;
        taken += some;
        while (inCandidate ? scanCandidate() : scanText());
        compact();
      }
    },
    get pendingBytes() {
      return dropping && !inCandidate ? 0 : end - start;
    },
    get consumed() {
      return base + end;
    },
  };
}
