/** Bytes of a typed line with its ending. */
export function lineBytes(text: string, ending: 'lf' | 'crlf' | 'none'): Uint8Array<ArrayBuffer> {
  const end = ending === 'lf' ? '\n' : ending === 'crlf' ? '\r\n' : '';
  return new TextEncoder().encode(text + end);
}
