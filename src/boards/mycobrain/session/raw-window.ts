import { toHex } from '../../../decode/hex.ts';

/** More than the longest line and the longest frame together: what the demultiplexer can hold back between two chunks. */
const MOST_HELD_BYTES = 8192;

/** The bytes behind the items: the present chunk and what was still pending before it, by their offset in the stream. */
export interface RawWindow {
  /** Adds a chunk; call before the demultiplexer gets it. Copies. */
  add(chunk: Uint8Array): void;
  /** Hex of `[from, to)`, without bytes that an earlier item already showed. */
  hex(from: number, to: number): string;
  /** Forgets all but the last `pendingBytes`; call after the demultiplexer has seen the chunk. */
  trim(pendingBytes: number): void;
}

export function createRawWindow(): RawWindow {
  let bytes: Uint8Array = new Uint8Array(0);
  let base = 0;
  let shown = 0;
  return {
    add(chunk) {
      const next = new Uint8Array(bytes.length + chunk.length);
      next.set(bytes);
      next.set(chunk, bytes.length);
      bytes = next;
    },
    hex(from, to) {
      const first = Math.max(from, shown, base);
      if (to <= first) return '';
      shown = to;
      return toHex(bytes.subarray(first - base, to - base));
    },
    trim(pendingBytes) {
      const keep = Math.min(pendingBytes, bytes.length, MOST_HELD_BYTES);
      base += bytes.length - keep;
      bytes = bytes.slice(bytes.length - keep);
    },
  };
}
