import { decodeCobsInto, encodeCobs } from './cobs.ts';
import { crc16CcittFalse } from './crc16.ts';

/**
 * MDP v1 frame (board contract §4), little-endian; on the wire `COBS( header ‖ body ‖ crc ) 00`.
 *
 * ```text
 * 0  u16 magic A15A   2 u8 version 1   3 u8 type   4 u32 seq   8 u32 ack   12 u8 flags   13 u8 src   14 u8 dst   15 u8 reserved
 * 16 body …           last two: CRC-16/CCITT-FALSE of header and body, low byte first
 * ```
 */
export const MDP_MAGIC = 0xa15a;
export const MDP_HEADER_BYTES = 16;
/** Header and CRC: nothing shorter is a frame. */
const MDP_LEAST_BYTES = 18;

export const MDP_TYPE = {
  telemetry: 1,
  command: 2,
  ack: 3,
  nack: 4,
  event: 5,
  hello: 6,
  wifisense: 7,
  droneTelemetry: 8,
  droneMissionStatus: 9,
} as const;

export const MDP_FLAG = { ackRequested: 1, isAck: 2, isNack: 4 } as const;

/** Side A, Side B, the gateway or a host, everyone. */
export const MDP_ADDRESS = { sideA: 0xa1, sideB: 0xb1, host: 0xc0, broadcast: 0xff } as const;

const TYPE_NAMES = [
  'TELEMETRY',
  'COMMAND',
  'ACK',
  'NACK',
  'EVENT',
  'HELLO',
  'WIFISENSE',
  'DRONE_TELEMETRY',
  'DRONE_MISSION_STATUS',
];
const FLAG_NAMES = ['ACK_REQUESTED', 'IS_ACK', 'IS_NACK', 'HAS_COMMAND', 'FRAGMENTED'];

/** Name of a message type; `UNKNOWN` for numbers nobody has defined. */
export const mdpTypeName = (type: number): string => TYPE_NAMES[type - 1] ?? 'UNKNOWN';

/** Names of the known bits, in bit order. Unknown bits have no name. */
export const mdpFlagNames = (flags: number): string[] => FLAG_NAMES.filter((_, bit) => flags & (1 << bit));

/** What a sender chooses of the header. */
export interface MdpFrameHead {
  /** `MDP_TYPE`, or any byte. */
  readonly type: number;
  /** The sender's own counter, u32. */
  readonly seq: number;
  /** Default 0: not an answer. */
  readonly ack?: number;
  /** `MDP_FLAG` bits. Default 0. */
  readonly flags?: number;
  readonly src: number;
  readonly dst: number;
  /** Reserved byte. Default 0. */
  readonly rsv?: number;
}

/** The frame as it goes on the wire, with the one 00 that ends it. */
export function encodeMdpFrame(head: MdpFrameHead, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(MDP_LEAST_BYTES + body.length);
  const view = new DataView(raw.buffer);
  view.setUint16(0, MDP_MAGIC, true);
  raw[2] = 1;
  raw[3] = head.type;
  view.setUint32(4, head.seq, true);
  view.setUint32(8, head.ack ?? 0, true);
  raw[12] = head.flags ?? 0;
  raw[13] = head.src;
  raw[14] = head.dst;
  raw[15] = head.rsv ?? 0;
  raw.set(body, MDP_HEADER_BYTES);
  const crcAt = MDP_HEADER_BYTES + body.length;
  view.setUint16(crcAt, crc16CcittFalse(raw, 0, crcAt), true);
  const encoded = encodeCobs(raw);
  const wire = new Uint8Array(encoded.length + 1);
  wire.set(encoded);
  return wire;
}

export interface MdpFrame extends Required<MdpFrameHead> {
  readonly magic: number;
  readonly version: number;
  /** Its own memory, not the caller's. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Why bytes are not a frame, in the order of the checks (§3.3): the first that fails is told. */
export type MdpFrameError = 'cobs_invalid' | 'too_short' | 'crc_mismatch' | 'bad_magic' | 'bad_version';

/** Decodes `encoded[from, to)`, the bytes between two delimiters. Never throws. */
export function decodeMdpFrame(
  encoded: Uint8Array,
  from = 0,
  to: number = encoded.length,
): MdpFrame | { readonly error: MdpFrameError } {
  const raw = new Uint8Array(to - from);
  const length = decodeCobsInto(encoded, raw, from, to);
  if (length < 0) return { error: 'cobs_invalid' };
  if (length < MDP_LEAST_BYTES) return { error: 'too_short' };
  const crcAt = length - 2;
  const view = new DataView(raw.buffer);
  if (crc16CcittFalse(raw, 0, crcAt) !== view.getUint16(crcAt, true)) return { error: 'crc_mismatch' };
  const magic = view.getUint16(0, true);
  if (magic !== MDP_MAGIC) return { error: 'bad_magic' };
  const version = view.getUint8(2);
  if (version !== 1) return { error: 'bad_version' };
  return {
    magic,
    version,
    type: view.getUint8(3),
    seq: view.getUint32(4, true),
    ack: view.getUint32(8, true),
    flags: view.getUint8(12),
    src: view.getUint8(13),
    dst: view.getUint8(14),
    rsv: view.getUint8(15),
    body: raw.subarray(MDP_HEADER_BYTES, crcAt),
  };
}
