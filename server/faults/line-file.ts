import { appendFileSync } from 'node:fs';

/** Lines before they are written; a process that is killed loses no more. */
const MAX_WAITING = 2_000;

/** A log as JSON lines, written in blocks so that writing is no load. */
export class LineFile<Line extends object> {
  readonly #path: string;
  #waiting: string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  add(line: Line): void {
    this.#waiting.push(JSON.stringify(line));
    if (this.#waiting.length >= MAX_WAITING) this.flush();
  }

  flush(): void {
    if (this.#waiting.length > 0) appendFileSync(this.#path, `${this.#waiting.join('\n')}\n`);
    this.#waiting = [];
  }
}
