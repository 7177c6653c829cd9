import { WebSocket } from 'ws';
import { RELAY_SUBPROTOCOL } from '../../../src/contract/to-relay.ts';

export type Heard = { readonly t: string } & Readonly<Record<string, unknown>>;

/** Real ids and times of one conversation, and the short ones that stand for them. */
export class ShortNames {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** A message as one line, the same in every recording. */
  line(message: object): string {
    return JSON.stringify(message, (key, value: unknown) => this.#short(key, value));
  }

  #short(key: string, value: unknown): unknown {
    if (key === 'status') return '(a BoardStatus)';
    if (typeof value === 'string') {
      if (key === 'server') return this.#name('s', value);
      if (key === 'epoch' && value.length > 20) return this.#name('e', value);
      if (key === 'client') return this.#name('client-', value);
      if (key === 'traceparent') return '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    }
    return typeof value === 'number' ? (TIMES[key] ?? value) : value;
  }

  #name(kind: string, value: string): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const made = `${kind}${count}`;
    this.#names.set(value, made);
    return made;
  }
}

const T = 1_700_000_000_000;
const TIMES: Readonly<Record<string, number>> = {
  at: T,
  now: T,
  since: T,
  serverMs: T,
  fromMs: T,
  toMs: T,
  until: T + 30_000,
  deadline: T + 5_000,
  fence: T + 1,
};

/** One side of a recorded conversation. */
export class Talker {
  readonly #socket: WebSocket;
  readonly #who: string;
  readonly #lines: string[];
  readonly #names: ShortNames;
  readonly #heard: Heard[] = [];
  #wake: () => void = () => undefined;

  constructor(port: number, who: string, lines: string[], names: ShortNames) {
    this.#who = who;
    this.#lines = lines;
    this.#names = names;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/live`, [RELAY_SUBPROTOCOL], { perMessageDeflate: false });
    this.#socket.on('error', () => this.#wake());
    this.#socket.on('close', () => this.#wake());
    this.#socket.on('message', (data: Buffer) => {
      this.#heard.push(JSON.parse(data.toString()) as Heard);
      this.#wake();
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
    return this;
  }

  say(message: object): void {
    this.#lines.push(`${this.#who} → ${this.#names.line(message)}`);
    this.#socket.send(JSON.stringify(message));
  }

  /**
   * The next message of this type that was not waited for yet; it is written down now, so that two connections have one order. Rejects
   * when the connection ends before it comes.
   */
  async hear(t: string): Promise<Heard> {
    for (;;) {
      const index = this.#heard.findIndex((message) => message.t === t);
      const [found] = index < 0 ? [] : this.#heard.splice(index, 1);
      if (found !== undefined) {
        this.#lines.push(`${this.#who} ← ${this.#names.line(found)}`);
        return found;
      }
      if (this.#socket.readyState >= WebSocket.CLOSING) throw new Error(`the connection ended before "${t}" came`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** As a link that breaks: without a word. */
  async cut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.terminate();
    await closed;
  }
}
