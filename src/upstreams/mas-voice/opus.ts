/** Frame length in ms by the configuration number of a packet's first byte (RFC 6716 §3.1). */
const FRAME_MS: readonly number[] = [
  10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5,
  5, 10, 20,
];
/** No packet is longer (RFC 6716 §3.4). */
const MOST_MS = 120;

/** How long a packet sounds, by its own header; 0 when the header cannot be. */
export function opusDurationMs(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const frameMs = FRAME_MS[toc >> 3] ?? 0;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63;
  const ms = frameMs * frames;
  return ms > MOST_MS ? 0 : ms;
}
