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
