/** "5A 01 0d0a" → bytes; undefined when it is not pairs of hexadecimal digits. Spaces, commas and `0x` are skipped. */
export function parseHex(typed: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = typed.replace(/0x/gi, '').replace(/[\s,]+/g, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

/** Bytes of a typed line with its ending. */
export function lineBytes(text: string, ending: 'lf' | 'crlf' | 'none'): Uint8Array<ArrayBuffer> {
  const end = ending === 'lf' ? '\n' : ending === 'crlf' ? '\r\n' : '';
  return new TextEncoder().encode(text + end);
}
