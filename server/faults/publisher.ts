import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { type Door, Doors } from './doors.ts';
import type { PublisherLine } from './log-line.ts';
import { WsLink } from './ws-link.ts';

export interface PublisherSpec {
  readonly p: number;
  readonly channel: ChannelName;
  /** false: sends once and does not ask. */
  readonly isKeyed: boolean;
  readonly doors: readonly Door[];
  readonly roams: boolean;
  /** Between two numbers, ms. */
  readonly everyMs: number;
}

/** An answer that takes longer is not waited for: the connection is given up and the same is sent again. */
const ANSWER_MS = 6_000;

type Answer = Extract<FromRelay, { t: 'answer' }> | undefined;

/**
 * Publishes 1, 2, 3 … A keyed one sends a number until it is answered, with the same key, and only then the next one: what it has an
 * answer for must never be lost without a word, come twice or out of order.
 */
export class Publisher {
  readonly spec: PublisherSpec;
  readonly #log: (line: PublisherLine) => void;
  readonly #random: () => number;
  readonly #doors: Doors;
  readonly #run: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #link: WsLink | undefined;
  #isOpen = false;
  #connection = 0;
  #rid = 0;
  #n = 0;
  #isFinishing = false;
  #isStopped = false;
  #comeBackMs: number | undefined;

  constructor(spec: PublisherSpec, run: string, random: () => number, log: (line: PublisherLine) => void) {
    this.spec = spec;
    this.#run = run;
    this.#random = random;
    this.#log = log;
    this.#doors = new Doors(spec.doors, spec.roams, random);
  }

  /** Publishes until `finish`; resolves with the place of its last number. */
  async publish(): Promise<Cursor | undefined> {
    this.#connect();
    const { everyMs, isKeyed } = this.spec;
    while (!this.#isFinishing && !this.#isStopped) {
      await sleep(everyMs * (0.5 + this.#random()));
      if (isKeyed) await this.#deliver(++this.#n);
      else this.#sendOnce();
    }
    return this.#deliver(++this.#n);
  }

  /** One more number, surely delivered, then no more. */
  finish(): void {
    this.#isFinishing = true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#link?.close('done');
  }

  #connect(): void {
    const door = this.#doors.next();
    this.#connection++;
    this.#link = new WsLink(door.port, `publisher-${this.spec.p}`, [], {
      message: (message) => this.#take(message),
      rows: () => undefined,
      closed: (why) => this.#closed(why),
    });
  }

  #closed(_why: string): void {
    this.#isOpen = false;
    for (const settle of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
    if (this.#isStopped) return;
    setTimeout(() => !this.#isStopped && this.#connect(), this.#comeBackMs ?? this.#doors.waitMs());
    this.#comeBackMs = undefined;
  }

  #take(message: FromRelay): void {
    switch (message.t) {
      case 'welcome':
        this.#isOpen = true;
        this.#doors.opened();
        break;
      case 'answer':
        this.#waiting.get(message.rid)?.(message);
        this.#waiting.delete(message.rid);
        break;
      case 'refused':
        this.#log({ ...this.#head(), is: 'refused', code: message.error.code, message: message.error.message });
        break;
      case 'reconnect':
        this.#comeBackMs = message.afterMs + 20;
        this.#link?.close('asked to come back');
        break;
    }
  }

  #head(): { readonly p: number; readonly at: number } {
    return { p: this.spec.p, at: Date.now() };
  }

  #sendOnce(): void {
    if (!this.#isOpen) return;
    const n = ++this.#n;
    if (this.#link?.send({ t: 'publish', channel: this.spec.channel, ...this.#carry(n) }) === true)
      this.#log({ ...this.#head(), is: 'sent', n, channel: this.spec.channel });
  }

  async #deliver(n: number): Promise<Cursor | undefined> {
    const { channel, p } = this.spec;
    let sends = 0;
    while (!this.#isStopped) {
      if (!this.#isOpen) {
        await sleep(10);
        continue;
      }
      sends++;
      // State wants no key: to put the same again changes nothing.
      const key = channel.startsWith('state/') ? {} : { key: `${this.#run}-${p}-${n}` };
      const answer = await this.#ask({ t: 'publish', channel, ...key, ...this.#carry(n) });
      if (answer?.ok === true && answer.cursor !== undefined) {
        const { cursor, duplicate = false } = answer;
        this.#log({ ...this.#head(), is: 'ack', n, channel, cursor, duplicate, sends });
        return cursor;
      }
      if (answer?.ok === false) {
        this.#log({ ...this.#head(), is: 'refused', n, code: answer.error.code, message: answer.error.message });
        await sleep(Math.min(answer.retryAfterMs ?? 200, 2_000));
      }
    }
    this.#log({ ...this.#head(), is: 'unanswered', n, channel, sends });
    return undefined;
  }

  #ask(message: Extract<ToRelay, { t: 'publish' }>): Promise<Answer> {
    const rid = ++this.#rid;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#link?.close('no answer'), ANSWER_MS);
      this.#waiting.set(rid, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      if (this.#link?.send({ ...message, rid }) !== true) {
        clearTimeout(timer);
        this.#waiting.delete(rid);
        resolve(undefined);
      }
    });
  }

  #carry(n: number): Pick<Extract<ToRelay, { t: 'publish' }>, 'records' | 'puts' | 'samples'> {
    const { p, channel } = this.spec;
    const c = this.#connection;
    if (channel.startsWith('state/')) return { puts: [[`k${p}`, { p, n }]] };
    if (channel.startsWith('events/')) return { records: [{ p, n, c }] };
    return {
      samples: { series: ['p', 'n', 'c'], provenance: 'simulated', times: [Date.now()], columns: [[p], [n], [c]] },
    };
  }
}
