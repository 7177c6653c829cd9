import { toHex } from '../../../decode/hex.ts';

/** More than the longest line and the longest frame together: what the demultiplexer can hold back between two chunks. */
const MOST_HELD_BYTES = 8192;

/** The bytes behind the items: the present chunk and what was still pending before it, by their offset in the stream. */
interface RawWindow {
  /** Adds a chunk; call before the demultiplexer gets it. Copies. */
  add(chunk: Uint8Array): void;
  /** Hex of `[from, to)`, without bytes that an earlier item already showed. */
  hex(from: number, to: number): string;
  /** Forgets all but the last `pendingBytes`; call after the demultiplexer has seen the chunk. */
  trim(pendingBytes: number): void;
}

export function createRawWindow(): RawWindow {
  let buffer = new Uint8Array(2 * MOST_HELD_BYTES);
  let length = 0;
  let base = 0;
  let shown = 0;
  return {
    add(chunk) {
      if (length + chunk.length > buffer.length) {
        // Only for a chunk far larger than a board sends at once; freed again by the next trim.
        const larger = new Uint8Array(length + chunk.length);
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(chunk, length);
      length += chunk.length;
    },
    hex(from, to) {
      const first = Math.max(from, shown, base);
      if (to <= first) return '';
      shown = to;
      return toHex(buffer.subarray(first - base, to - base));
    },
    trim(pendingBytes) {
      const keep = Math.min(pendingBytes, length, MOST_HELD_BYTES);
      base += length - keep;
      if (buffer.length > 2 * MOST_HELD_BYTES) {
        const smaller = new Uint8Array(2 * MOST_HELD_BYTES);
        smaller.set(buffer.subarray(length - keep, length));
        buffer = smaller;
      } else if (keep < length) buffer.copyWithin(0, length - keep, length);
      length = keep;
    },
  };
}
