import { constants, deflateRawSync } from 'node:zlib';
import { isCloseCode, NO_CLOSE_CODE } from './close-code.ts';

/** What a message is on the wire. */
export type MessageKind = 'text' | 'binary';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** First bits of a frame (RFC 6455 §5.2). */
export const FIN = 0x80;
export const RSV1 = 0x40;

/** A control frame's payload, in bytes, at most. */
export const MAX_CONTROL_BYTES = 125;

const NOTHING = Buffer.alloc(0);
const encoder = new TextEncoder();
const reasonBytes = new Uint8Array(MAX_CONTROL_BYTES - 2);
/** What a flushed deflate stream ends with and a message leaves out (RFC 7692 §7.2.1). */
const FLUSH_TAIL_BYTES = 4;

/**
 * One whole server frame: header and payload in one buffer, to be written to any number of sockets as it is.
 * ```text
 *  81 05 h e l l o         up to 125 bytes
 *  81 7e LL LL …           up to 65 535
 *  81 7f LL×8 …            above
 * ```
 * @param options.compressed the payload is a message deflated by itself; see {@link deflateFrame}.
 */
export function frameOf(payload: Uint8Array, kind: MessageKind, options?: { readonly compressed?: boolean }): Buffer {
  const frame = startFrame(FIN | (options?.compressed ? RSV1 : 0) | OPCODE[kind], payload.length);
  frame.set(payload, frame.length - payload.length);
  return frame;
}

/** A text message, its UTF-8 written straight into the frame. A lone surrogate becomes U+FFFD, as everywhere in Node. */
export function frameText(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const frame = startFrame(FIN | OPCODE.text, bytes);
  frame.write(text, frame.length - bytes, bytes, 'utf8');
  return frame;
}

/**
 * One message compressed once for everybody who negotiated deflate: it starts from an empty window, so it fits any of them at any
 * place (RFC 7692, no context takeover). Costs milliseconds per megabyte: for batches, not for single records.
 */
export function deflateFrame(payload: Uint8Array, kind: MessageKind): Buffer {
  const deflated = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
  return frameOf(deflated.subarray(0, deflated.length - FLUSH_TAIL_BYTES), kind, { compressed: true });
}

/** Bytes before the payload of a frame made here. */
export function headerLength(frame: Uint8Array): number {
  const length = frame[1] ?? 0;
  return length <= 125 ? 2 : length === 126 ? 4 : 10;
}

/** The payload of a frame made here: a view, not a copy. */
export const payloadOf = (frame: Buffer): Buffer => frame.subarray(headerLength(frame));

/**
 * @param code one that may be sent ({@link isCloseCode}), or 1005 for a close frame without any.
 * @param reason for people; cut at a character to the 123 bytes that fit.
 * @throws RangeError for any other code: nobody could read such a frame.
 */
export function closeFrame(code: number = NO_CLOSE_CODE, reason = ''): Buffer {
  if (code === NO_CLOSE_CODE) return startFrame(FIN | OPCODE.close, 0);
  if (!isCloseCode(code))
    throw new RangeError(`close code ${code} must not be sent: use 1000–1003, 1007–1014 or 3000–4999`);
  // Stops before a character that does not fit whole.
  const { written } = encoder.encodeInto(reason, reasonBytes);
  const frame = startFrame(FIN | OPCODE.close, 2 + written);
  frame.writeUInt16BE(code, 2);
  frame.set(reasonBytes.subarray(0, written), 4);
  return frame;
}

/** A ping without payload, the same for everybody. */
export const PING: Buffer = controlFrame(OPCODE.ping, NOTHING);

/**
 * Answers a ping: its payload goes back as it came.
 * @throws RangeError for more than 125 bytes, which no ping can have carried.
 */
export const pongFrame = (payload: Uint8Array): Buffer => controlFrame(OPCODE.pong, payload);

function controlFrame(opcode: number, payload: Uint8Array): Buffer {
  if (payload.length > MAX_CONTROL_BYTES)
    throw new RangeError(`a control frame carries ${MAX_CONTROL_BYTES} bytes at most, not ${payload.length}`);
  const frame = startFrame(FIN | opcode, payload.length);
  frame.set(payload, 2);
  return frame;
}

function startFrame(first: number, payloadBytes: number): Buffer {
  const header = payloadBytes <= 125 ? 2 : payloadBytes <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + payloadBytes);
  frame[0] = first;
  if (header === 2) frame[1] = payloadBytes;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), 2);
    frame.writeUInt32BE(payloadBytes % 2 ** 32, 6);
  }
  return frame;
}
