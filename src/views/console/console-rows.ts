import type { ConsoleRecord } from '../../contract/console-record.ts';
import type { EventLog } from '../../link/event-log.ts';
import { type ConsoleLine, consoleLine } from './console-lines.ts';
import { type ConsoleRow, lineRows } from './line-rows.ts';

/** Rows that left at the front stay in memory until there are this many, so that leaving costs nothing most of the time. */
const COMPACT_AT = 4096;

/**
 * The rows a console shows, kept up to date with its log: new entries are read once, trimmed ones leave, and only a change of
 * filter or folding reads everything again. An update costs what is new, not what is kept.
 */
export class ConsoleRows {
  #rows: ConsoleRow[] = [];
  /** Index in `#rows` of the first row that still counts. */
  #head = 0;
  #next = 0;
  #shown = 0;
  #lastAt: number | undefined;

  get length(): number {
    return this.#rows.length - this.#head;
  }
  /** Lines that pass the filter. */
  get shown(): number {
    return this.#shown;
  }

  /** Rows `from` (inclusive) to `to` (exclusive). The same line is the same object for as long as it is kept. */
  slice(from: number, to: number): readonly ConsoleRow[] {
    return this.#rows.slice(this.#head + Math.max(0, from), this.#head + Math.max(0, to));
  }

  reset(): void {
    this.#rows = [];
    this.#head = 0;
    this.#next = 0;
    this.#shown = 0;
    this.#lastAt = undefined;
  }

  /** Takes in what is new in the log up to entry `end` (serial number, exclusive); `from` hides what is before it. */
  update(
    log: EventLog<ConsoleRecord>,
    test: (line: ConsoleLine) => boolean,
    unfolded: (serial: number) => boolean,
    from: number,
    end: number,
  ): void {
    const first = Math.max(log.first, from);
    this.#letGo(first);
    this.#next = Math.max(this.#next, first);
    for (; this.#next < Math.min(end, log.first + log.length); this.#next += 1) {
      const entry = log.at(this.#next - log.first);
      if (entry === undefined) continue;
      const line = consoleLine(entry);
      if (!test(line)) continue;
      for (const row of lineRows(this.#next, line, unfolded(this.#next), this.#lastAt)) this.#rows.push(row);
      this.#shown += 1;
      this.#lastAt = line.at;
    }
  }

  #letGo(first: number): void {
    for (;;) {
      const row = this.#rows[this.#head];
      if (row === undefined || row.serial >= first) break;
      if (row.detail === undefined) this.#shown -= 1;
      this.#head += 1;
    }
    if (this.#head < COMPACT_AT) return;
    this.#rows = this.#rows.slice(this.#head);
    this.#head = 0;
  }
}
