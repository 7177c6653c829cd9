import type { Gap } from '../contract/channel.ts';

export type LogEntry<R> =
  | { readonly is: 'record'; readonly offset: number; readonly record: R }
  | { readonly is: 'gap'; readonly gap: Gap };

/** The last entries of an events channel, gaps in their places. Read-only side. */
export interface EventLog<R> {
  /** Entries kept: records and gap markers. */
  readonly length: number;
  /** Serial number of entry 0: grows when the front is trimmed, so `first + index` names an entry for as long as it is kept. */
  readonly first: number;
  /** Records that left at the front because the log is full. */
  readonly trimmed: number;
  at(index: number): LogEntry<R> | undefined;
  /** Entries `from` (inclusive) to `to` (exclusive), by index. */
  slice(from: number, to: number): readonly LogEntry<R>[];
}

/** A log of at most `keep` entries. Appending is cheap at any length: the front is cut off only once per `keep` entries. */
export class BoundedEventLog<R> implements EventLog<R> {
  #entries: LogEntry<R>[] = [];
  /** Index in `#entries` of the first entry that still counts. */
  #head = 0;
  #first = 0;
  #trimmed = 0;
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  get length(): number {
    return this.#entries.length - this.#head;
  }
  get first(): number {
    return this.#first;
  }
  get trimmed(): number {
    return this.#trimmed;
  }

  at(index: number): LogEntry<R> | undefined {
    return index < 0 ? undefined : this.#entries[this.#head + index];
  }

  slice(from: number, to: number): readonly LogEntry<R>[] {
    return this.#entries.slice(this.#head + Math.max(0, from), this.#head + Math.max(0, to));
  }

  append(records: readonly R[], offset: number): void {
    records.forEach((record, index) => {
      this.#push({ is: 'record', offset: offset + index, record });
    });
  }

  gap(gap: Gap): void {
    this.#push({ is: 'gap', gap });
  }

  /** Forgets all entries; serial numbers go on. */
  clear(): void {
    this.#first += this.length;
    this.#entries = [];
    this.#head = 0;
    this.#trimmed = 0;
  }

  #push(entry: LogEntry<R>): void {
    this.#entries.push(entry);
    if (this.length <= this.#keep) return;
    if (this.#entries[this.#head]?.is === 'record') this.#trimmed += 1;
    this.#head += 1;
    this.#first += 1;
    if (this.#head > this.#keep) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
