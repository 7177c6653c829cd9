/** A browser opens six connections to one place, all tabs together; the rest is for questions and commands. */
const MOST_IN_BROWSER = 4;

/** Only where one connection carries one answer: HTTP/2, which browsers speak over TLS alone, has no such limit. */
export const mostStreamsTo = (url: string): number =>
  'WorkerGlobalScope' in globalThis && url.startsWith('http:') ? MOST_IN_BROWSER : Number.POSITIVE_INFINITY;

/**
 * How many event streams are open to each place. One too many and every question to that place would wait for a stream to end, which
 * none does: the whole app would stand still without a word.
 */
class StreamSlots {
  readonly #open = new Map<string, number>();

  /** How to give it back; undefined: there is none left. */
  take(url: string, most: number): (() => void) | undefined {
    const { host } = new URL(url);
    const open = this.#open.get(host) ?? 0;
    if (open >= most) return undefined;
    this.#open.set(host, open + 1);
    return () => {
      const left = (this.#open.get(host) ?? 1) - 1;
      if (left > 0) this.#open.set(host, left);
      else this.#open.delete(host);
    };
  }
}

/** Of this worker, which is the only one that opens them. */
export const streamSlots = new StreamSlots();
