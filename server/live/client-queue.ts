import type { EpochMs } from '../../src/contract/time.ts';
import type { Frame } from '../bus/bus.ts';
import type { Reader } from './reader.ts';

/** The part of a socket that the queue uses. */
export interface FrameSocket {
  readonly bufferedAmount: number;
  send(bytes: Buffer, options: { readonly binary: boolean }, flushed: (error?: Error | null) => void): void;
}

export interface ClientQueueOptions {
  /** Channels wait while this many bytes are in the socket. */
  readonly highBytes: number;
  /** The client is given up when even its control messages pile up to this. */
  readonly maxBytes: number;
  readonly now: () => EpochMs;
  readonly onSent: (bytes: number, ageMs: number | undefined) => void;
  readonly onOverflow: () => void;
}

/**
 * What one client gets, in turn. Control messages go at once and are never left out. Channels are read only while the socket has
 * room, so a client who does not read costs at most `highBytes` + one frame: the rest waits in the channels, where all share it.
 */
export class ClientQueue {
  readonly #socket: FrameSocket;
  readonly #options: ClientQueueOptions;
  /** Readers with something to send, in the order of their turn. */
  readonly #ready = new Set<Reader>();
  #pumping = false;
  #closed = false;

  constructor(socket: FrameSocket, options: ClientQueueOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Readers that wait for the socket. */
  get waiting(): number {
    return this.#ready.size;
  }

  control(bytes: Buffer): void {
    if (this.#closed) return;
    if (this.#socket.bufferedAmount + bytes.length > this.#options.maxBytes) {
      this.close();
      this.#options.onOverflow();
      return;
    }
    this.#send(bytes, false, undefined);
  }

  wake(reader: Reader): void {
    if (this.#closed) return;
    this.#ready.add(reader);
    this.#pump();
  }

  forget(reader: Reader): void {
    this.#ready.delete(reader);
  }

  close(): void {
    this.#closed = true;
    this.#ready.clear();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#closed && this.#socket.bufferedAmount < this.#options.highBytes) {
      const [reader] = this.#ready;
      if (reader === undefined) break;
      // To the end of the line, so that one busy channel does not hold up the others.
      this.#ready.delete(reader);
      const frame = reader.next();
      if (frame === undefined) continue;
      this.#ready.add(reader);
      this.#deliver(frame);
    }
    this.#pumping = false;
  }

  #deliver(frame: Frame): void {
    this.#send(frame.bytes, frame.binary, Math.max(0, this.#options.now() - frame.at));
  }

  #send(bytes: Buffer, binary: boolean, ageMs: number | undefined): void {
    this.#socket.send(bytes, { binary }, this.#flushed);
    this.#options.onSent(bytes.length, ageMs);
  }

  /** An error here means the socket is closing: its close event tells the rest. */
  readonly #flushed = (error?: Error | null): void => {
    if (error) this.close();
    else if (this.#ready.size > 0 && this.#socket.bufferedAmount <= this.#options.highBytes / 2) this.#pump();
  };
}
