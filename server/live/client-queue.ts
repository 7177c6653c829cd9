import type { EpochMs } from '../../src/contract/time.ts';
import type { DeliveryStats } from './delivery-stats.ts';
import type { Reader, Taken } from './reader.ts';

/** The part of a wire that the queue uses: a WebSocket, an event stream. */
export interface Outlet {
  /** Bytes that wait in this process. */
  readonly pendingBytes: number;
  /** Whether to wait for the wire's drain before writing more. */
  isFull(highBytes: number): boolean;
  write(bytes: Buffer): void;
  writeMany(parts: readonly Buffer[]): void;
  /** What this wire carries for a frame that a reader has just taken; made once for all where that can be. */
  form(taken: Taken, reader: Reader): Buffer;
  /** Written behind the frames of a turn: how far the client now is, where one frame alone cannot say it. */
  mark?(): Buffer | undefined;
  /** Not even its control messages are taken: it is to be given up. */
  overflowed(): void;
}

/** What the queues of a server share. */
export interface QueueContext {
  /** Channels wait while this many bytes are in the socket. */
  readonly queueHighBytes: number;
  /** The client is given up when even its control messages pile up to this. */
  readonly queueMaxBytes: number;
  readonly now: () => EpochMs;
  readonly stats: DeliveryStats;
  /** To be written to after the flush that is going on. */
  dirty: ClientQueue[];
}

/** Bytes that one turn gives to a client, so that one who catches up does not hold up the others. */
const TURN_BYTES = 262_144;

/**
 * What one client gets, in turn. Control messages go at once and are never left out. Channels are read only while the socket has
 * room, so a client who does not read costs at most `queueHighBytes` + one frame: the rest waits in the channels, where all share it.
 */
export class ClientQueue {
  readonly #outlet: Outlet;
  readonly #context: QueueContext;
  /** Readers with something to send, in the order of their turn. */
  readonly #ready: Reader[] = [];
  #isDirty = false;
  /** Its next turn is scheduled. */
  #isDue = false;
  #closed = false;

  constructor(outlet: Outlet, context: QueueContext) {
    this.#outlet = outlet;
    this.#context = context;
  }

  /** Readers that wait for the socket or the flush. */
  get waiting(): number {
    return this.#ready.length;
  }

  control(bytes: Buffer): void {
    if (this.#closed) return;
    if (this.#outlet.pendingBytes + bytes.length > this.#context.queueMaxBytes) {
      this.close();
      this.#outlet.overflowed();
      return;
    }
    this.#outlet.write(bytes);
    this.#context.stats.wrote(bytes.length);
  }

  /** There is something for this reader; it is written after the flush that is going on. */
  wake(reader: Reader): void {
    if (this.#closed) return;
    if (this.#ready.length === 0 || !this.#ready.includes(reader)) this.#ready.push(reader);
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#context.dirty.push(this);
  }

  /** There is something for this reader outside of a flush; it is written now. */
  serve(reader: Reader): void {
    if (this.#closed) return;
    if (!this.#ready.includes(reader)) this.#ready.push(reader);
    this.pump();
  }

  forget(reader: Reader): void {
    const index = this.#ready.indexOf(reader);
    if (index >= 0) this.#ready.splice(index, 1);
  }

  close(): void {
    this.#closed = true;
    this.#ready.length = 0;
  }

  /**
   * Writes while there is room. What is left goes on with the wire's drain.
   * @param now of the flush, so that a thousand clients do not ask for the time.
   */
  pump(now: EpochMs = this.#context.now()): void {
    this.#isDirty = false;
    const { queueHighBytes, stats } = this.#context;
    const outlet = this.#outlet;
    const ready = this.#ready;
    if (this.#closed || ready.length === 0) return;
    const pending = outlet.pendingBytes;
    // Asking is what makes the wire tell of room later.
    if (pending > 0 && outlet.isFull(queueHighBytes)) return;
    const room = Math.min(TURN_BYTES, queueHighBytes - pending);
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let bytes = 0;
    // One frame of each reader in turn, so that one busy channel does not hold up the others.
    for (let turn = 0; ready.length > 0 && bytes < room; ) {
      const index = turn % ready.length;
      const reader = ready[index];
      const taken = reader?.next();
      if (this.#closed) return;
      if (reader !== undefined && taken !== undefined) {
        if (reader.isInHistory) stats.frames++;
        else stats.delivered(reader.kind, now - taken.at);
        const part = outlet.form(taken, reader);
        bytes += part.length;
        if (first === undefined) first = part;
        else if (rest === undefined) rest = [first, part];
        else rest.push(part);
      }
      if (taken !== undefined && reader?.hasMore) turn++;
      else if (ready.length === 1) ready.length = 0;
      else ready.splice(index, 1);
    }
    if (first === undefined) return;
    const mark = outlet.mark?.();
    if (mark !== undefined) rest = [...(rest ?? [first]), mark];
    if (rest === undefined) outlet.write(first);
    else outlet.writeMany(rest);
    stats.wrote(bytes);
    // Its turn is over; the rest comes with the drain, or in the next turn if the socket took it all at once.
    if (ready.length === 0 || this.#isDue || outlet.isFull(queueHighBytes)) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.pump();
    });
  }
}
