import type { Message } from './message.ts';

/** The newest messages, bounded. While it is held, what comes waits beside it, bounded as well. */
export class MessageLog {
  readonly #keep: number;
  #messages: Message[] = [];
  #waiting: Message[] = [];
  #held = false;
  #came = 0;
  #dropped = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }
  /** Came since it is held, dropped ones among them. */
  get waiting(): number {
    return this.#held ? this.#came : 0;
  }
  /** Older ones that are not here any more. */
  get dropped(): number {
    return this.#dropped;
  }
  get held(): boolean {
    return this.#held;
  }

  push(messages: readonly Message[]): void {
    const to = this.#held ? this.#waiting : this.#messages;
    for (const message of messages) to.push(message);
    if (this.#held) this.#came += messages.length;
    this.#trim(to);
  }

  hold(): void {
    this.#held = true;
    this.#came = 0;
  }

  goOn(): void {
    this.#held = false;
    this.#came = 0;
    for (const message of this.#waiting) this.#messages.push(message);
    this.#waiting = [];
    this.#trim(this.#messages);
  }

  clear(): void {
    this.#messages = [];
    this.#waiting = [];
    this.#came = 0;
    this.#dropped = 0;
  }

  #trim(list: Message[]): void {
    const over = list.length - this.#keep;
    if (over <= 0) return;
    list.splice(0, over);
    this.#dropped += over;
  }
}
