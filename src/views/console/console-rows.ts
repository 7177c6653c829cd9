import type { ConsoleRecord } from '../../contract/console-record.ts';
import type { EventLog } from '../../link/event-log.ts';
import { type ConsoleLine, consoleLine } from './console-lines.ts';
import { type ConsoleRow, lineRows } from './line-rows.ts';

/**
 * The rows a console shows, kept up to date with its log: new entries are read once, trimmed ones leave, and only a change of
 * filter or folding reads everything again. At 20 000 entries a full reading takes some tens of ms, an addition microseconds.
 */
export class ConsoleRows {
  #rows: ConsoleRow[] = [];
  #next = 0;
  #shown = 0;
  #lastAt: number | undefined;

  get rows(): readonly ConsoleRow[] {
    return this.#rows;
  }
  /** Lines that pass the filter. */
  get shown(): number {
    return this.#shown;
  }

  reset(): void {
    this.#rows = [];
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
    if (this.#next < first) this.#next = first;
    const stay = this.#rows.findIndex((row) => row.serial >= first);
    if (stay > 0) {
      const leaving = this.#rows.slice(0, stay);
      this.#shown -= leaving.filter((row) => row.detail === undefined).length;
      this.#rows = this.#rows.slice(stay);
    } else {
      if (stay < 0) this.#shown = 0;
      this.#rows = stay < 0 ? [] : [...this.#rows];
    }
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
}
