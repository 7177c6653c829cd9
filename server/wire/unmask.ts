/** From here on a view of words pays for its own creation. Measured: 128 bytes 72 ns by words, 106 ns by bytes; 64 bytes alike. */
const WORDS_FROM = 96;

const keyBytes = new Uint8Array(4);
/** The same four bytes as a word in this machine's order. */
const keyWord = new Int32Array(keyBytes.buffer);

/**
 * Takes the mask off `bytes[from, to)` in place. The four key bytes are read as the wire has them, most significant first.
 * @returns all resulting bytes OR-ed together: below 0x80, the text is plain ASCII and so valid UTF-8 without a second look.
 */
export function unmask(bytes: Buffer, from: number, to: number, key: number): number {
  if (to - from < WORDS_FROM) return unmaskBytes(bytes, from, to, key);
  const unaligned = -(bytes.byteOffset + from) & 3;
  const start = from + unaligned;
  const words = (to - start) >> 2;
  let seen = unmaskBytes(bytes, from, start, key);
  // The key as it lies after the unaligned bytes; after whole words it lies the same.
  const bits = unaligned * 8;
  const turned = bits === 0 ? key : (key << bits) | (key >>> (32 - bits));
  keyBytes[0] = turned >>> 24;
  keyBytes[1] = turned >>> 16;
  keyBytes[2] = turned >>> 8;
  keyBytes[3] = turned;
  const word = keyWord[0] as number;
  const view = new Int32Array(bytes.buffer, bytes.byteOffset + start, words);
  let seenWords = 0;
  for (let at = 0; at < words; at++) {
    const clear = (view[at] as number) ^ word;
    view[at] = clear;
    seenWords |= clear;
  }
  seen |= (seenWords | (seenWords >>> 8) | (seenWords >>> 16) | (seenWords >>> 24)) & 0xff;
  return seen | unmaskBytes(bytes, start + words * 4, to, turned);
}

function unmaskBytes(bytes: Buffer, from: number, to: number, key: number): number {
  const key0 = key >>> 24;
  const key1 = (key >>> 16) & 0xff;
  const key2 = (key >>> 8) & 0xff;
  const key3 = key & 0xff;
  let seen = 0;
  let at = from;
  for (const fours = to - 3; at < fours; at += 4) {
    const byte0 = (bytes[at] as number) ^ key0;
    const byte1 = (bytes[at + 1] as number) ^ key1;
    const byte2 = (bytes[at + 2] as number) ^ key2;
    const byte3 = (bytes[at + 3] as number) ^ key3;
    bytes[at] = byte0;
    bytes[at + 1] = byte1;
    bytes[at + 2] = byte2;
    bytes[at + 3] = byte3;
    seen |= byte0 | byte1 | byte2 | byte3;
  }
  for (let turn = key; at < to; at++, turn <<= 8) {
    const byte = (bytes[at] as number) ^ (turn >>> 24);
    bytes[at] = byte;
    seen |= byte;
  }
  return seen;
}
