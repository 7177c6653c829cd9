/** The two digits of each byte as they lie in memory, so that one store writes both, whatever the byte order. */
const DIGIT_PAIRS = new Uint16Array(
  new TextEncoder().encode(Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''))
    .buffer,
);
const ascii = new TextDecoder();
/** Room for the usual line or frame; a longer one gets its own. */
const SCRATCH_BYTES = 2048;
const scratch = new Uint16Array(SCRATCH_BYTES);

/** `0a00ff`: lower case, two digits a byte, no blanks. One decoded text: a text grown digit by digit costs ten times as much. */
export function toHex(bytes: Uint8Array): string {
  const { length } = bytes;
  const pairs = length <= SCRATCH_BYTES ? scratch : new Uint16Array(length);
  for (let i = 0; i < length; i++) pairs[i] = DIGIT_PAIRS[bytes[i] as number] as number;
  return ascii.decode(new Uint8Array(pairs.buffer, 0, 2 * length));
}

/** Reads hex digits in pairs. Throws `RangeError` when the text is anything else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) {
    throw new RangeError(`not hex digits in pairs: "${text.slice(0, 40)}"`);
  }
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
