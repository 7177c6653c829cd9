/** "5A 01 0d0a" → bytes; undefined when it is not pairs of hexadecimal digits. Spaces, commas and `0x` are skipped. */
export function parseHex(typed: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = typed.replace(/0x/gi, '').replace(/[\s,]+/g, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}
