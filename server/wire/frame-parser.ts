import { isUtf8 } from 'node:buffer';
import { isCloseCode, NO_CLOSE_CODE } from './close-code.ts';
import { FIN, MAX_CONTROL_BYTES, OPCODE, RSV1 } from './frame-encode.ts';
import { inflateMessage } from './inflate-message.ts';
import { unmask } from './unmask.ts';
import { refusalOfStart, WIRE_REFUSALS, type WireRefusal } from './wire-refusals.ts';

/** Hears what the parser found. Buffers may be views of the chunk being parsed: they are valid during the call only. */
export interface FrameHandler {
  onMessage(data: Buffer, isBinary: boolean): void;
  onPing(data: Buffer): void;
  onPong(data: Buffer): void;
  /** The peer's close frame; 1005 when it carries no code. Nothing comes after it. */
  onClose(code: number, reason: string): void;
  /** `closeCode` and `message` are for the peer. Nothing comes after it. */
  onError(code: WireRefusal, closeCode: number, message: string): void;
}

/** One object for all connections. */
export interface FrameLimits {
  /** Payload bytes of a whole message, inflated. */
  readonly maxMessageBytes: number;
  /** Frames of one message. */
  readonly maxFragments: number;
}

const MASK_BYTES = 4;
/** Two bytes, eight of length, four of mask. */
const MAX_HEADER_BYTES = 14;
/** A held buffer begins with this many bytes and doubles. */
const FIRST_HOLD_BYTES = 64;

/**
 * Client frames (RFC 6455, RFC 7692) from chunks as they come.
 *
 * Frames that lie whole in a chunk are unmasked in it and given out as views. Only what has to wait is copied, into one buffer which
 * is gone again as soon as nothing waits:
 * ```text
 *  #held  [ fragments of the message so far, unmasked │ bytes of the frame that is not whole yet │ room ]
 *         0                                       #messageEnd                                 #heldEnd
 * ```
 * It grows with what came, not with what a header promises, and never past `maxMessageBytes` and one control frame.
 */
export class FrameParser {
  readonly #handler: FrameHandler;
  readonly #limits: FrameLimits;
  readonly #deflate: boolean;
  #held: Buffer | undefined;
  #messageEnd = 0;
  #heldEnd = 0;
  /** Frames of the message that is under way. */
  #fragments = 0;
  /** Of the message that is under way; 0 while there is none. */
  #opcode = 0;
  #compressed = false;
  #stopped = false;

  /** @param deflate permessage-deflate was agreed on; otherwise a compressed message is refused. */
  constructor(handler: FrameHandler, limits: FrameLimits, deflate = false) {
    this.#handler = handler;
    this.#limits = limits;
    this.#deflate = deflate;
  }

  /** Bytes of memory that wait for more input: 0 between messages. */
  get heldBytes(): number {
    return this.#held?.length ?? 0;
  }

  /** Nothing more is taken after a close frame, a refusal or {@link stop}. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends parsing, also from within a handler's call. */
  stop(): void {
    this.#stopped = true;
    this.#release();
  }

  /** Takes the next bytes of the connection. They are changed in place. */
  push(chunk: Buffer): void {
    if (this.#stopped) return;
    let at = this.#heldEnd > this.#messageEnd ? this.#fill(chunk) : 0;
    while (!this.#stopped && at < chunk.length) {
      const need = this.#need(chunk, at, chunk.length);
      if (this.#stopped) return;
      if (need > chunk.length - at) {
        this.#hold(chunk, at, chunk.length, need);
        return;
      }
      this.#take(chunk, at, at + need);
      at += need;
    }
  }

  /** Completes the frame that waits; returns how many bytes of the chunk it took. */
  #fill(chunk: Buffer): number {
    let at = 0;
    while (!this.#stopped && this.#held !== undefined) {
      const waiting = this.#heldEnd - this.#messageEnd;
      const need = this.#need(this.#held, this.#messageEnd, this.#heldEnd);
      if (this.#stopped) break;
      if (waiting === need) {
        const end = this.#heldEnd;
        this.#heldEnd = this.#messageEnd;
        this.#take(this.#held, this.#messageEnd, end);
        break;
      }
      const take = Math.min(need - waiting, chunk.length - at);
      if (take === 0) break;
      this.#hold(chunk, at, at + take, need);
      at += take;
    }
    return at;
  }

  /**
   * Bytes the frame at `at` needs before more can be said: more than there are while its header is not whole, then its total.
   * What is wrong with it is refused as soon as it can be seen, before its payload is waited for.
   */
  #need(bytes: Buffer, at: number, end: number): number {
    if (end - at < 2) return 2;
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const isControl = (first & 0x08) !== 0;
    const short = second & 0x7f;
    const refusal = refusalOfStart(first, second, this.#opcode !== 0, this.#deflate);
    if (refusal !== undefined) return this.#refuse(refusal);
    if (!isControl && this.#fragments >= this.#limits.maxFragments) return this.#refuse('ws-too-many-fragments');
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (end - at < header) return header;
    let length = short;
    if (short === 126) length = bytes.readUInt16BE(at + 2);
    else if (short === 127) {
      const high = bytes.readUInt32BE(at + 2);
      if (high >= 0x80000000) return this.#refuse('ws-bad-length');
      length = high * 2 ** 32 + bytes.readUInt32BE(at + 6);
    }
    if (!isControl && this.#messageEnd + length > this.#limits.maxMessageBytes)
      return this.#refuse('ws-message-too-big');
    return header + MASK_BYTES + length;
  }

  /** A whole frame, checked by {@link #need}. */
  #take(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at] as number;
    const short = (bytes[at + 1] as number) & 0x7f;
    const from = at + MASK_BYTES + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const seen = from === end ? 0 : unmask(bytes, from, end, bytes.readInt32BE(from - MASK_BYTES));
    const opcode = first & 0x0f;
    if ((opcode & 0x08) !== 0) this.#control(opcode, bytes.subarray(from, end));
    else if (opcode !== OPCODE.continuation && (first & FIN) !== 0) {
      // A whole message in one frame, as nearly all are. Nothing of it stays here, whatever the handler does.
      if (bytes === this.#held) this.#release();
      this.#message(bytes.subarray(from, end), opcode, (first & RSV1) !== 0, seen < 0x80);
    } else this.#fragment(first, opcode, bytes, from, end);
  }

  #fragment(first: number, opcode: number, bytes: Buffer, from: number, end: number): void {
    if (opcode !== OPCODE.continuation) {
      this.#opcode = opcode;
      this.#compressed = (first & RSV1) !== 0;
    }
    this.#fragments++;
    const isLast = (first & FIN) !== 0;
    if (bytes === this.#held) bytes.copyWithin(this.#messageEnd, from, end);
    else if (from < end) this.#hold(bytes, from, end, isLast ? end - from : this.#limits.maxMessageBytes);
    this.#messageEnd += end - from;
    this.#heldEnd = this.#messageEnd;
    if (!isLast) return;
    const message = this.#held?.subarray(0, this.#messageEnd) ?? bytes.subarray(end, end);
    const kind = this.#opcode;
    const compressed = this.#compressed;
    this.#release();
    this.#message(message, kind, compressed, false);
  }

  #message(data: Buffer, opcode: number, compressed: boolean, isAscii: boolean): void {
    let message = data;
    let plain = isAscii;
    if (compressed) {
      const inflated = inflateMessage(data, this.#limits.maxMessageBytes);
      if (typeof inflated === 'string') {
        this.#refuse(inflated);
        return;
      }
      message = inflated;
      plain = false;
    }
    if (opcode === OPCODE.text && !plain && !isUtf8(message)) this.#refuse('ws-bad-utf8');
    else this.#handler.onMessage(message, opcode === OPCODE.binary);
  }

  #control(opcode: number, data: Buffer): void {
    // What is left of the buffer is the message under way; without one, an idle connection keeps nothing.
    if (this.#messageEnd === 0) this.#held = undefined;
    if (opcode === OPCODE.ping) this.#handler.onPing(data);
    else if (opcode === OPCODE.pong) this.#handler.onPong(data);
    else this.#close(data);
  }

  #close(data: Buffer): void {
    if (data.length === 0) {
      this.stop();
      this.#handler.onClose(NO_CLOSE_CODE, '');
      return;
    }
    const code = data.length === 1 ? 0 : data.readUInt16BE(0);
    const reason = data.subarray(2);
    if (!isCloseCode(code)) this.#refuse('ws-bad-close-code');
    else if (!isUtf8(reason)) this.#refuse('ws-bad-utf8');
    else {
      this.stop();
      this.#handler.onClose(code, reason.toString());
    }
  }

  #refuse(code: WireRefusal): number {
    this.stop();
    const { closeCode, message } = WIRE_REFUSALS[code];
    this.#handler.onError(code, closeCode, message);
    return 0;
  }

  /** Appends to what waits; `need` is how much the frame will take up in all, as far as known. */
  #hold(bytes: Buffer, from: number, to: number, need: number): void {
    const end = this.#heldEnd + to - from;
    if (this.#held === undefined || this.#held.length < end) {
      const most = Math.min(
        this.#messageEnd + Math.max(need, MAX_HEADER_BYTES),
        this.#limits.maxMessageBytes + MAX_HEADER_BYTES + MAX_CONTROL_BYTES,
      );
      const room = Math.max(end, Math.min(most, Math.max(FIRST_HOLD_BYTES, 2 * this.heldBytes)));
      // Not from Node's pool: a few bytes that wait would keep 8 KiB of it.
      const grown = Buffer.allocUnsafeSlow(room);
      this.#held?.copy(grown, 0, 0, this.#heldEnd);
      this.#held = grown;
    }
    bytes.copy(this.#held, this.#heldEnd, from, to);
    this.#heldEnd = end;
  }

  #release(): void {
    this.#held = undefined;
    this.#messageEnd = 0;
    this.#heldEnd = 0;
    this.#fragments = 0;
    this.#opcode = 0;
    this.#compressed = false;
  }
}
