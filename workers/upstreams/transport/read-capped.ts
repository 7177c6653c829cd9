/** A body, up to a limit: what goes beyond is not read, and the connection it came over is let go. */
export async function readCapped(
  response: Response,
  maxBytes: number,
  onBytes: (bytes: number) => void,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  if (response.body === null) return { bytes: new Uint8Array(), isWhole: true };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isWhole = true;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onBytes(value.byteLength);
    const room = maxBytes - size;
    chunks.push(value.byteLength > room ? value.subarray(0, room) : value);
    size += Math.min(value.byteLength, room);
    if (value.byteLength > room) {
      isWhole = false;
      await reader.cancel();
      break;
    }
  }
  const only = chunks.length === 1 ? chunks[0] : undefined;
  return { bytes: only ?? joined(chunks, size), isWhole };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
