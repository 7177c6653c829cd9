/**
 * Consistent Overhead Byte Stuffing: bytes without a zero, so that 00 can end a frame.
 *
 * ```text
 * 11 22 00 33      ──▶ 03 11 22 02 33
 * code n (1…FE) = n−1 bytes follow, then a zero (not after the last block); FF = 254 bytes follow and no zero
 * ```
 */

/**
 * Canonical encoding without the 00 delimiter. (Data that end exactly with a full block of 254 get no code byte `01` after
 * it; some encoders append one, and `decodeCobs` accepts both.)
 */
export function encodeCobs(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(data.length + Math.ceil(data.length / 254) + 1);
  let codeAt = 0;
  let at = 1;
  let open = true;
  for (let i = 0; i < data.length; i++) {
    if (!open) {
      codeAt = at++;
      open = true;
    }
    const byte = data[i] as number;
    if (byte === 0) {
      out[codeAt] = at - codeAt;
      codeAt = at++;
      continue;
    }
    out[at++] = byte;
    if (at - codeAt === 255) {
      out[codeAt] = 255;
      open = false;
    }
  }
  if (open) out[codeAt] = at - codeAt;
  return out.slice(0, at);
}

/**
 * Decodes `encoded[from, to)`, which must not include the delimiter, into the start of `out` (as long as the input at
 * least). Returns how many bytes were written, or -1 when there is a zero code or a block runs past the end.
 */
export function decodeCobsInto(encoded: Uint8Array, out: Uint8Array, from = 0, to: number = encoded.length): number {
  let written = 0;
  let at = from;
  while (at < to) {
    const code = encoded[at] as number;
    const blockEnd = at + code;
    if (code === 0 || blockEnd > to) return -1;
    for (at++; at < blockEnd; at++) {
      const byte = encoded[at] as number;
      if (byte === 0) return -1;
      out[written++] = byte;
    }
    if (code !== 255 && at < to) out[written++] = 0;
  }
  return written;
}

/** Decodes without the delimiter; undefined when it is not COBS. */
export function decodeCobs(encoded: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const out = new Uint8Array(encoded.length);
  const length = decodeCobsInto(encoded, out);
  return length < 0 ? undefined : out.slice(0, length);
}
