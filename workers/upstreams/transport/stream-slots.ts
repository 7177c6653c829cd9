import type { MonoMs } from '../../../src/contract/time.ts';

/** A browser opens six connections to one place, all tabs together; the rest is for questions and commands. */
const MOST_IN_BROWSER = 4;

/** An answer that comes as a stream is short, and somebody waits for it: it may have one of the places for questions. */
export const mostAnswersTo = (most: number): number => most + 1;
/** Whoever waited and did not ask again for so long waits no more. */
const FORGOTTEN_MS = 15_000;

/** Only where one connection carries one answer: HTTP/2, which browsers speak over TLS alone, has no such limit. */
export const mostStreamsTo = (url: string): number =>
  'WorkerGlobalScope' in globalThis && url.startsWith('http:') ? MOST_IN_BROWSER : Number.POSITIVE_INFINITY;

/**
 * How many event streams are open to each place. One too many and every question to that place would wait for a stream to end, which
 * none does: the whole app would stand still without a word.
 */
export class StreamSlots {
  readonly #open = new Map<string, number>();
  /** Who waits for a place at a host, the first who came first, and when each asked last. */
  readonly #waiting = new Map<string, Map<object, MonoMs>>();

  /**
   * How to give it back; undefined: there is none left. What is free is kept for `who` waits longest: a stream that ends and is opened
   * again at once would else always be quicker than those who wait.
   */
  take(url: string, most: number, who: object, now: MonoMs): (() => void) | undefined {
    const { host } = new URL(url);
    const open = this.#open.get(host) ?? 0;
    if (open + this.#before(host, who, now) >= most) {
      const waiting = this.#waiting.get(host) ?? new Map<object, MonoMs>();
      this.#waiting.set(host, waiting.set(who, now));
      return undefined;
    }
    this.#leave(host, who);
    this.#open.set(host, open + 1);
    return () => {
      const left = (this.#open.get(host) ?? 1) - 1;
      if (left > 0) this.#open.set(host, left);
      else this.#open.delete(host);
    };
  }

  #leave(host: string, who: object): void {
    const waiting = this.#waiting.get(host);
    waiting?.delete(who);
    if (waiting?.size === 0) this.#waiting.delete(host);
  }

  /** How many wait at this host that came before. */
  #before(host: string, who: object, now: MonoMs): number {
    let before = 0;
    for (const [other, askedAt] of this.#waiting.get(host) ?? []) {
      if (other === who) break;
      if (now - askedAt > FORGOTTEN_MS) this.#waiting.get(host)?.delete(other);
      else before += 1;
    }
    return before;
  }
}

/** Of this worker, which is the only one that opens them. */
export const streamSlots = new StreamSlots();
