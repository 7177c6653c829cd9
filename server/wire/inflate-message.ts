import { constants, inflateRawSync } from 'node:zlib';

/**
 * What the sender left off (RFC 7692 §7.2.2) and, behind it, an empty last block: so that inflating must come to an end, and a
 * message that was cut is refused instead of being taken for a shorter one.
 */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff, 0x03, 0x00]);

const NOTHING = Buffer.alloc(0);

/**
 * One message of permessage-deflate without context takeover.
 * @returns the message, or why not: it would be longer than `maxBytes` (no more than that is ever inflated), or it is not deflate.
 */
export function inflateMessage(deflated: Buffer, maxBytes: number): Buffer | 'ws-message-too-big' | 'ws-bad-deflate' {
  // Some senders leave an empty message empty instead of deflating it to one byte.
  if (deflated.length === 0) return NOTHING;
  try {
    return inflateRawSync(Buffer.concat([deflated, TAIL]), {
      finishFlush: constants.Z_FINISH,
      maxOutputLength: Math.max(1, maxBytes),
    });
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    return cause.code === 'ERR_BUFFER_TOO_LARGE' ? 'ws-message-too-big' : 'ws-bad-deflate';
  }
}
