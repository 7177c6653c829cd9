/** The timers of one simulator: all stop with it, and none keeps a process alive. */
export class HostTimers {
  readonly #guard: (task: () => void) => void;
  readonly #stops = new Set<() => void>();
  #isClosed = false;

  constructor(guard: (task: () => void) => void) {
    this.#guard = guard;
  }

  every(ms: number, tick: () => void): () => void {
    if (this.#isClosed) return () => undefined;
    const timer = setInterval(() => this.#guard(tick), ms);
    timer.unref();
    return this.#keep(() => clearInterval(timer));
  }

  once(ms: number, callback: () => void): () => void {
    if (this.#isClosed) return () => undefined;
    const timer = setTimeout(() => {
      this.#stops.delete(stop);
      this.#guard(callback);
    }, ms);
    timer.unref();
    const stop = this.#keep(() => clearTimeout(timer));
    return stop;
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
  }

  #keep(clear: () => void): () => void {
    const stop = (): void => {
      this.#stops.delete(stop);
      clear();
    };
    this.#stops.add(stop);
    return stop;
  }
}
