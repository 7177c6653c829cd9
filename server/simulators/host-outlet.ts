import { BURST_MESSAGES, hugeText } from './faults.ts';

/** What a connection carries: `send` puts it on the wire as it is. */
export interface Wire {
  send(data: string | Uint8Array): void;
  /** Politely: close 1000, or the end of a stream. */
  close(): void;
  /** Without a word. */
  cut(): void;
  /** The 20 MB as this wire frames them. */
  frame(text: string): string;
}

export interface OutletCounts {
  messages: number;
  bytes: number;
}

/** One open connection, between what a simulator says and what the other side gets. Message faults are done here. */
export class Outlet {
  readonly #wire: Wire;
  readonly #faults: ReadonlySet<string>;
  readonly #counts: OutletCounts;
  #last: string | Uint8Array | undefined;

  constructor(wire: Wire, faults: ReadonlySet<string>, counts: OutletCounts) {
    this.#wire = wire;
    this.#faults = faults;
    this.#counts = counts;
  }

  say(data: string | Uint8Array): void {
    if (this.#faults.has('silence')) return;
    this.#last = data;
    const said = this.#faults.has('half-frame') ? half(data) : data;
    this.#put(said);
    if (this.#faults.has('duplicates')) this.#put(said);
  }

  /** What a fault does to a connection that is open when it is switched on, or opened while it is on. */
  strike(fault: 'huge-frame' | 'burst'): void {
    if (fault === 'huge-frame') this.#put(this.#wire.frame(hugeText()));
    else for (let n = 0; n < BURST_MESSAGES; n++) this.#put(this.#last ?? this.#wire.frame('{"type":"burst"}'));
  }

  end(how: 'close' | 'cut'): void {
    if (how === 'close') this.#wire.close();
    else this.#wire.cut();
  }

  #put(data: string | Uint8Array): void {
    this.#counts.messages++;
    this.#counts.bytes += data.length;
    this.#wire.send(data);
  }
}

const half = (data: string | Uint8Array): string | Uint8Array =>
  typeof data === 'string' ? data.slice(0, data.length >> 1) : data.subarray(0, data.length >> 1);
