/** Reads Server-Sent Events as browsers do: an id stays until the next one, also one that comes without data. */
export class EventStreamText {
  readonly #onData: (data: string) => void;
  readonly #onId: (id: string) => void;
  #rest = '';
  #data: string[] = [];
  #id: string | undefined;

  constructor(onData: (data: string) => void, onId: (id: string) => void) {
    this.#onData = onData;
    this.#onId = onId;
  }

  feed(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line.startsWith('id:')) this.#id = line.slice(line[3] === ' ' ? 4 : 3);
    else if (line === '') {
      const data = this.#data;
      this.#data = [];
      if (data.length > 0) this.#onData(data.join('\n'));
      // After the data: the id names the place behind it.
      if (this.#id !== undefined) this.#onId(this.#id);
      this.#id = undefined;
    }
  }
}
