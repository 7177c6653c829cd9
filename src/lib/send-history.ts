const MOST = 100;

/** What was sent, newest last, without doubles in a row; ↑ and ↓ walk it, and the line being typed is the last stop. */
export class SendHistory {
  #lines: string[] = [];
  #at = 0;
  #typed = '';

  add(line: string): void {
    if (line !== '' && this.#lines.at(-1) !== line) this.#lines = [...this.#lines.slice(1 - MOST), line];
    this.#at = this.#lines.length;
    this.#typed = '';
  }

  /** The line before (`-1`) or after (`1`) the one shown now. */
  walk(by: -1 | 1, shown: string): string {
    if (this.#at === this.#lines.length) this.#typed = shown;
    this.#at = Math.min(this.#lines.length, Math.max(0, this.#at + by));
    return this.#lines[this.#at] ?? this.#typed;
  }
}
