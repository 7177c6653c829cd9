import { FIN, MAX_CONTROL_BYTES, OPCODE, RSV1 } from './frame-encode.ts';

/** Why a peer's bytes are refused: the counter's label, the close code, and the reason it is told. */
export const WIRE_REFUSALS = {
  'ws-unmasked': { closeCode: 1002, message: 'a client must mask its frames' },
  'ws-reserved-bits': { closeCode: 1002, message: 'reserved bits are set, or a compression that was not agreed on' },
  'ws-bad-opcode': { closeCode: 1002, message: 'the opcode of a frame is reserved' },
  'ws-bad-continuation': { closeCode: 1002, message: 'a message must be finished before the next begins' },
  'ws-bad-length': { closeCode: 1002, message: 'the length of a frame has its highest bit set' },
  'ws-control-fragmented': { closeCode: 1002, message: 'a control frame must be whole' },
  'ws-control-too-long': { closeCode: 1002, message: 'a control frame carries 125 bytes at most' },
  'ws-bad-close-code': { closeCode: 1002, message: 'a close frame must carry a valid code or nothing' },
  'ws-bad-utf8': { closeCode: 1007, message: 'text must be valid UTF-8' },
  'ws-bad-deflate': { closeCode: 1007, message: 'a compressed message cannot be inflated' },
  'ws-too-many-fragments': { closeCode: 1008, message: 'a message comes in too many frames: send it in fewer' },
  'ws-message-too-big': { closeCode: 1009, message: 'a message is longer than the limit: send smaller ones' },
} as const satisfies Record<string, { readonly closeCode: number; readonly message: string }>;

export type WireRefusal = keyof typeof WIRE_REFUSALS;

/**
 * What the first two bytes of a client's frame already show to be wrong (RFC 6455 §5.2–5.5, RFC 7692 §6).
 * @param inMessage a fragmented message is under way.
 * @param deflate permessage-deflate was agreed on.
 */
export function refusalOfStart(
  first: number,
  second: number,
  inMessage: boolean,
  deflate: boolean,
): WireRefusal | undefined {
  const opcode = first & 0x0f;
  const isControl = opcode >= OPCODE.close;
  if ((first & 0x30) !== 0) return 'ws-reserved-bits';
  // Only the first frame of a message says that it is compressed.
  if ((first & RSV1) !== 0 && (!deflate || isControl || opcode === OPCODE.continuation)) return 'ws-reserved-bits';
  if (opcode > OPCODE.pong || (opcode > OPCODE.binary && !isControl)) return 'ws-bad-opcode';
  if ((second & 0x80) === 0) return 'ws-unmasked';
  if (isControl) {
    if ((first & FIN) === 0) return 'ws-control-fragmented';
    return (second & 0x7f) > MAX_CONTROL_BYTES ? 'ws-control-too-long' : undefined;
  }
  return (opcode === OPCODE.continuation) === inMessage ? undefined : 'ws-bad-continuation';
}
