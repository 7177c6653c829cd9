import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { ABNORMAL_CLOSE, NO_CLOSE_CODE } from './close-code.ts';
import { closeFrame, PING, pongFrame } from './frame-encode.ts';
import { type FrameHandler, type FrameLimits, FrameParser } from './frame-parser.ts';
import type { WireRefusal } from './wire-refusals.ts';

/** Whose socket it is, and who is told. */
export interface PeerOwner {
  /** A view, valid during the call only. Nothing comes any more once {@link PeerSocket.close} was called. */
  onMessage(data: Buffer, isBinary: boolean): void;
  /** There is room again after {@link PeerSocket.isFull} said there was none. */
  onDrain(): void;
  onPong(): void;
  /** The peer broke the protocol or a limit; it was told and is on its way out. `onClosed` follows. */
  onRefused(code: WireRefusal): void;
  /**
   * Once, last, and never from within a call to the socket. The code the peer sent; 1005 when its close frame had none; 1006 when it
   * went without a close frame – then the reason is the system's error code, if there was one.
   */
  onClosed(code: number, reason: string): void;
}

/** One object for all sockets. */
export interface PeerOptions extends FrameLimits {
  /** How long a peer may take to answer a close, in ms. */
  readonly closeMs: number;
  readonly clock: Clock;
  /** Counts pings left unanswered because their sender does not read. */
  readonly onPongSkipped: () => void;
}

const PEER = Symbol('peer');
const NOTHING = Buffer.alloc(0);

/** Listeners are the same five functions for all sockets and find their peer here: closures would cost each idle peer 320 bytes more. */
type PeeredSocket = Socket & { [PEER]?: PeerSocket };

/**
 * One WebSocket, from the 101 response to the end of its TCP connection.
 * ```text
 *  open ──close() · close frame · refusal · end──▶ closing ──both ends · closeMs──▶ closed
 *    └──destroy() · error───────────────────────────────────────────────────────────▲
 * ```
 */
export class PeerSocket implements FrameHandler {
  readonly #socket: PeeredSocket;
  readonly #owner: PeerOwner;
  readonly #options: PeerOptions;
  readonly #parser: FrameParser;
  #phase: 'open' | 'closing' | 'closed' = 'open';
  #marked = false;
  #code = ABNORMAL_CLOSE;
  #reason = '';
  #cancelClose: (() => void) | undefined;

  /** @param deflate permessage-deflate was agreed on. */
  constructor(socket: Socket, owner: PeerOwner, options: PeerOptions, deflate = false) {
    this.#socket = socket;
    this.#owner = owner;
    this.#options = options;
    this.#parser = new FrameParser(this, options, deflate);
  }

  /** Begins to listen. `head` is what came along with the upgrade request; it is parsed first, within this call. */
  start(head: Buffer): void {
    const socket = this.#socket;
    socket[PEER] = this;
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.on('error', onError);
    socket.on('close', onClose);
    if (socket.closed) {
      // It went while it was being let in, and will not say so again.
      process.nextTick(onClosedBefore, this);
      return;
    }
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('drain', onDrain);
    if (head.length > 0) this.#parser.push(head);
    if (socket.readableEnded) this.#finish();
    else socket.resume();
  }

  /** Bytes that wait in this process for the peer to read. */
  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  /** Bytes that the system took from us so far. It takes no more once the peer stopped reading and its own buffers are full. */
  get takenBytes(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  /** Of the other end, as the system tells it; empty when it is gone. */
  get address(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** Whether to wait for `onDrain` before writing more: `highBytes` or more are pending, or the peer is leaving. */
  isFull(highBytes: number): boolean {
    if (this.#phase !== 'open') return true;
    if (this.#socket.writableLength < highBytes) return false;
    if (!this.#socket.writableNeedDrain && !this.#marked) {
      // A socket tells of room only if it held more than its own mark. Below that, nothing at all written behind the bytes does.
      this.#marked = true;
      this.#socket.write(NOTHING, () => {
        this.#marked = false;
        this.drained();
      });
    }
    return true;
  }

  /** Writes a whole frame, without copying it. False when it was not taken because the peer is leaving. */
  write(frame: Buffer): boolean {
    if (this.#phase !== 'open') return false;
    this.#socket.write(frame);
    return true;
  }

  /** Writes frames together: one system call where the socket has room for them. */
  writeMany(frames: readonly Buffer[]): boolean {
    if (this.#phase !== 'open') return false;
    this.#socket.cork();
    for (const frame of frames) this.#socket.write(frame);
    this.#socket.uncork();
    return true;
  }

  ping(): void {
    this.write(PING);
  }

  /**
   * Says goodbye behind everything that is pending; gives up after `closeMs`.
   * @throws RangeError for a code that must not be sent.
   */
  close(code: number, reason = ''): void {
    const frame = closeFrame(code, reason);
    if (!this.write(frame)) return;
    this.#phase = 'closing';
    this.#giveUpLater();
  }

  /** Ends it without a word, dropping what is pending. */
  destroy(): void {
    this.#parser.stop();
    if (this.#phase === 'open') this.#phase = 'closing';
    this.#socket.destroy();
  }

  /** @internal The parser's. */
  onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#phase === 'open') this.#owner.onMessage(data, isBinary);
  }

  /** @internal The parser's. */
  onPing(data: Buffer): void {
    // Who pings without reading would have us pile up answers.
    if (this.#socket.writableNeedDrain) this.#options.onPongSkipped();
    else this.write(pongFrame(data));
  }

  /** @internal The parser's. */
  onPong(): void {
    if (this.#phase === 'open') this.#owner.onPong();
  }

  /** @internal The parser's: the peer's close frame, the first or the answer to ours. */
  onClose(code: number, reason: string): void {
    this.#code = code;
    this.#reason = reason;
    this.write(closeFrame(code === NO_CLOSE_CODE ? undefined : code));
    this.#finish();
  }

  /** @internal The parser's. */
  onError(code: WireRefusal, closeCode: number, message: string): void {
    const told = this.write(closeFrame(closeCode, message));
    this.#finish();
    if (told) this.#owner.onRefused(code);
  }

  /** @internal The socket's. */
  received(chunk: Buffer): void {
    this.#parser.push(chunk);
  }

  /** @internal The socket's. */
  drained(): void {
    if (this.#phase === 'open') this.#owner.onDrain();
  }

  /** @internal The socket's: the peer sends nothing more. Nobody who speaks WebSocket goes on reading after that. */
  ended(): void {
    this.#finish();
  }

  /** @internal The socket's; its close follows. */
  failed(error: NodeJS.ErrnoException): void {
    if (this.#code === ABNORMAL_CLOSE && this.#reason === '') this.#reason = error.code ?? error.message;
    this.#parser.stop();
    if (this.#phase === 'open') this.#phase = 'closing';
  }

  /** @internal The socket's last word. */
  closed(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#cancelClose?.();
    this.#cancelClose = undefined;
    this.#parser.stop();
    this.#owner.onClosed(this.#code, this.#reason);
  }

  /** Nothing more is said from here: sends what is pending, then waits for the peer's end – but not for long. */
  #finish(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closing';
    this.#parser.stop();
    this.#giveUpLater();
    this.#socket.end();
  }

  #giveUpLater(): void {
    this.#cancelClose ??= this.#options.clock.schedule(this.#options.closeMs, () => this.destroy());
  }
}

function onData(this: PeeredSocket, chunk: Buffer): void {
  this[PEER]?.received(chunk);
}

function onDrain(this: PeeredSocket): void {
  this[PEER]?.drained();
}

function onEnd(this: PeeredSocket): void {
  this[PEER]?.ended();
}

function onError(this: PeeredSocket, error: Error): void {
  this[PEER]?.failed(error);
}

function onClose(this: PeeredSocket): void {
  this[PEER]?.closed();
}

function onClosedBefore(peer: PeerSocket): void {
  peer.closed();
}
