import type { SimAnswer, SimHost, SimStream } from '../simulator.ts';
import type { Carrier } from './hub-connection.ts';

/** The server's words as an event stream; the client's come by POST. */
export class StreamCarrier implements Carrier {
  readonly name = 'ServerSentEvents';
  readonly #stream: SimStream;

  constructor(stream: SimStream) {
    this.#stream = stream;
  }

  send(text: string): void {
    this.#stream.raw(`data: ${text}\r\n\r\n`);
  }

  close(): void {
    this.#stream.end();
  }

  cut(): void {
    this.#stream.end();
  }
}

const HOLD_MS = 90_000;
const MOST_CHARS = 4 << 20;

/** The server's words as answers to questions that wait for them. */
export class LongPollCarrier implements Carrier {
  readonly name = 'LongPolling';
  readonly #host: SimHost;
  readonly #forget: () => void;
  #text = '';
  #isOver = false;
  #isCut = false;
  #answer: ((answer: SimAnswer) => void) | undefined;

  constructor(host: SimHost, forget: () => void) {
    this.#host = host;
    this.#forget = forget;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  poll(): SimAnswer | Promise<SimAnswer> {
    // Whoever asks twice at once hears on the newer one.
    this.#reply({ text: '' });
    if (this.#text !== '') return this.#take();
    if (this.#isOver) return this.#goodbye();
    const { promise, resolve } = Promise.withResolvers<SimAnswer>();
    const cancel = this.#host.once(HOLD_MS, () => this.#reply({ text: '' }));
    this.#answer = (answer) => {
      cancel();
      resolve(answer);
    };
    return promise;
  }

  send(text: string): void {
    if (this.#text.length > MOST_CHARS) return;
    this.#text += text;
    if (this.#answer !== undefined) this.#reply(this.#take());
  }

  close(): void {
    this.#isOver = true;
    if (this.#answer !== undefined) this.#reply(this.#goodbye());
  }

  cut(): void {
    this.#isCut = true;
    this.#isOver = true;
    this.#text = '';
    this.#forget();
    this.#reply({ status: 404, text: 'No Connection with that ID' });
  }

  #take(): SimAnswer {
    const text = this.#text;
    this.#text = '';
    return { text, type: 'text/plain' };
  }

  #goodbye(): SimAnswer {
    this.#forget();
    return { status: 204, text: '' };
  }

  #reply(answer: SimAnswer): void {
    const reply = this.#answer;
    this.#answer = undefined;
    reply?.(answer);
  }
}
