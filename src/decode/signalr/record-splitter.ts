/** Ends every record of a SignalR hub, in either direction. */
export const RECORD_END = '\u001e';

/** What one piece of the stream completed. */
export interface SplitRecords {
  /** Complete records without their end mark, oldest first; empty ones are left out. */
  readonly records: readonly string[];
  /** A record grew over the limit. Nothing after it can be trusted: the connection has to be made anew. */
  readonly tooLarge: boolean;
}

const NOTHING: SplitRecords = { records: [], tooLarge: false };
const TOO_LARGE: SplitRecords = { records: [], tooLarge: true };

/**
 * Cuts what a SignalR transport delivers into records. A message may hold several records, a record may be spread over several
 * messages, and a binary frame may end inside a character: only the end mark counts.
 */
export class RecordSplitter {
  readonly #mostChars: number;
  readonly #decoder = new TextDecoder();
  #pending = '';
  #empties = 0;
  #broken = false;

  /** @param mostChars longest record, characters. Default 1 Mi. */
  constructor(mostChars = 1_048_576) {
    this.#mostChars = mostChars;
  }

  /** Characters of a record that has not ended yet. */
  get pendingChars(): number {
    return this.#pending.length;
  }

  /** Records with nothing in them so far; legal and meaningless. */
  get empties(): number {
    return this.#empties;
  }

  push(data: string | Uint8Array | ArrayBuffer): SplitRecords {
    if (this.#broken) return TOO_LARGE;
    const text = typeof data === 'string' ? data : this.#textOf(data);
    let end = text.indexOf(RECORD_END);
    if (end === -1) {
      this.#pending += text;
      return this.#pending.length > this.#mostChars ? this.#breakOff([]) : NOTHING;
    }
    const records: string[] = [];
    let from = 0;
    while (end !== -1) {
      const record = this.#pending + text.slice(from, end);
      this.#pending = '';
      if (record.length > this.#mostChars) return this.#breakOff(records);
      if (record === '') this.#empties += 1;
      else records.push(record);
      from = end + 1;
      end = text.indexOf(RECORD_END, from);
    }
    this.#pending = text.slice(from);
    return this.#pending.length > this.#mostChars ? this.#breakOff(records) : { records, tooLarge: false };
  }

  /** A new connection: what was begun on the old one is gone. Gives how many characters were lost. */
  reset(): number {
    const lost = this.#pending.length;
    this.#decoder.decode();
    this.#pending = '';
    this.#broken = false;
    return lost;
  }

  #textOf(data: Uint8Array | ArrayBuffer): string {
    return this.#decoder.decode(data, { stream: true });
  }

  #breakOff(records: readonly string[]): SplitRecords {
    this.#broken = true;
    this.#pending = '';
    return { records, tooLarge: true };
  }
}
