import { Deque } from '../../../src/lib/deque.ts';

/** Something that waits to be sent. */
export interface Waiting {
  readonly bytes: number;
  /** Sent, or given up. */
  isDone: boolean;
  /** Makes room by giving this up; false: it cannot be now (it may be in Redis already). */
  readonly giveUp: () => boolean;
}

/** What cannot be given up now is passed over, but not endlessly: then there is no room. */
const MAX_TRIES = 64;

/** What waits for Redis in this process, all channels together, bounded: the oldest goes first. */
export class QueueBudget {
  readonly #maxBytes: number;
  readonly #waiting = new Deque<Waiting>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is room, made by giving up what is older if it must be. */
  hasRoomFor(bytes: number): boolean {
    if (this.#bytes + bytes <= this.#maxBytes) return true;
    for (
      let tries = Math.min(this.#waiting.length, MAX_TRIES);
      tries > 0 && this.#bytes + bytes > this.#maxBytes;
      tries--
    ) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined || oldest.isDone) continue;
      if (!oldest.giveUp()) this.#waiting.push(oldest);
    }
    return this.#bytes + bytes <= this.#maxBytes;
  }

  add(item: Waiting): void {
    this.#bytes += item.bytes;
    this.#waiting.push(item);
    while (this.#waiting.at(0)?.isDone) this.#waiting.shift();
  }

  remove(item: Waiting): void {
    if (item.isDone) return;
    item.isDone = true;
    this.#bytes -= item.bytes;
  }
}
