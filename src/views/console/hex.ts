/** "5A 01 0d0a" → bytes; undefined when it is not pairs of hexadecimal digits. Spaces, commas and `0x` are skipped. */
export function parseHex(typed: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = typed.replace(/0x/gi, '').replace(/[\s,]+/g, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

/** One row of a hex dump: "0010  5a 01 0d 0a …  |Z...|". `hex` is packed, two digits a byte. */
export function hexRow(hex: string, offset: number, perRow = 16): string {
  const part = hex.slice(offset * 2, (offset + perRow) * 2);
  const pairs = part.match(/../g) ?? [];
  const ascii = pairs.map((pair) => {
    const code = Number.parseInt(pair, 16);
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
  });
  return `${offset.toString(16).padStart(4, '0')}  ${pairs.join(' ').padEnd(perRow * 3 - 1)}  |${ascii.join('')}|`;
}

/** Bytes of a typed line with its ending. */
export function lineBytes(text: string, ending: 'lf' | 'crlf' | 'none'): Uint8Array<ArrayBuffer> {
  const end = ending === 'lf' ? '\n' : ending === 'crlf' ? '\r\n' : '';
  return new TextEncoder().encode(text + end);
}
