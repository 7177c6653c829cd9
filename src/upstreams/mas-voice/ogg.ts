import { opusDurationMs } from './opus.ts';

export type OggCheck =
  | { readonly ok: true; readonly durationMs: number }
  | { readonly ok: false; readonly why: 'ogg-truncated' | 'ogg-bad-page' | 'ogg-bad-crc' };

const HEADER = 27;
/** Of one message; a page is at most 65,307 bytes. */
const MAX_PAGES = 64;

/** CRC-32 of Ogg: polynomial 04C11DB7, not reflected, from 0 (RFC 3533 §6). */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc & 0x80000000 ? 0x04c11db7 : 0);
  return crc;
});

/** The checksum of a page, its own field taken as zeros. */
export function oggCrc(page: Uint8Array): number {
  let crc = 0;
  for (let index = 0; index < page.length; index += 1) {
    const byte = index >= 22 && index < 26 ? 0 : (page[index] ?? 0);
    crc = (crc << 8) ^ (CRC[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  }
  return crc >>> 0;
}

/** Whether these are whole, undamaged pages, one after the other, and how long the packets in them sound. */
export function checkOggPages(bytes: Uint8Array): OggCheck {
  let at = 0;
  let durationMs = 0;
  for (let page = 0; at < bytes.length; page += 1) {
    if (page >= MAX_PAGES) return { ok: false, why: 'ogg-bad-page' };
    if (bytes.length - at < HEADER) return { ok: false, why: 'ogg-truncated' };
    const isPage = bytes[at] === 0x4f && bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53;
    if (!isPage || bytes[at + 4] !== 0) return { ok: false, why: 'ogg-bad-page' };
    const segments = bytes[at + 26] ?? 0;
    const bodyAt = at + HEADER + segments;
    if (bodyAt > bytes.length) return { ok: false, why: 'ogg-truncated' };
    let body = 0;
    for (let index = at + HEADER; index < bodyAt; index += 1) body += bytes[index] ?? 0;
    const end = bodyAt + body;
    if (end > bytes.length) return { ok: false, why: 'ogg-truncated' };
    const crc = new DataView(bytes.buffer, bytes.byteOffset + at + 22, 4).getUint32(0, true);
    if (crc !== oggCrc(bytes.subarray(at, end))) return { ok: false, why: 'ogg-bad-crc' };
    durationMs += packetsMs(bytes, at, segments, bodyAt);
    at = end;
  }
  return { ok: true, durationMs };
}

/** The packets that begin in this page. Header packets (`OpusHead`, `OpusTags`) sound for no time. */
function packetsMs(bytes: Uint8Array, pageAt: number, segments: number, bodyAt: number): number {
  let ms = 0;
  let at = bodyAt;
  // A page may begin with the rest of a packet; that was counted where it began.
  let isStart = ((bytes[pageAt + 5] ?? 0) & 1) === 0;
  for (let index = 0; index < segments; index += 1) {
    const length = bytes[pageAt + HEADER + index] ?? 0;
    if (isStart && length > 0 && !isHeader(bytes, at, length)) ms += opusDurationMs(bytes.subarray(at, at + length));
    at += length;
    isStart = length < 255;
  }
  return ms;
}

/** `Opus` + `Head` or `Tags`. */
const isHeader = (bytes: Uint8Array, at: number, length: number): boolean =>
  length >= 8 &&
  bytes[at] === 0x4f &&
  bytes[at + 1] === 0x70 &&
  bytes[at + 2] === 0x75 &&
  bytes[at + 3] === 0x73 &&
  (bytes[at + 4] === 0x48 || bytes[at + 4] === 0x54);
