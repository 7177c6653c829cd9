/** Something that collects between flushes and is turned into frames in one go. */
export interface Sealable {
  seal(): void;
}

export interface PulseOptions {
  /** The longest time that a publication waits for its flush, ms. */
  readonly windowMs: number;
}

/** A flush costs at most this share of the time, until the window is at its longest. */
const SHARE = 1 / 8;

/**
 * The one flush loop of a server. After a pause a publication goes out at the end of this turn of the event loop, together with all else
 * that came in it; under load flushes are spaced, the dearer the last one was the further, up to `windowMs`. What decides the throughput
 * of a fan-out is the number of socket writes, and that is what this saves.
 * ```text
 *  request ─▶ waiting (0 … windowMs since the last flush) ─▶ seal all that asked ─▶ connections write
 *  urgent  ─▶ at the end of this turn, alone
 * ```
 */
export class Pulse {
  readonly #windowMs: number;
  #dirty = new Set<Sealable>();
  #urgent = new Set<Sealable>();
  readonly #writers = new Set<() => void>();
  #scheduled = false;
  #urgentScheduled = false;
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PulseOptions) {
    this.#windowMs = options.windowMs;
  }

  request(sealable: Sealable): void {
    this.#dirty.add(sealable);
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    const waitMs = this.#nextAt - performance.now();
    if (waitMs <= 0) setImmediate(this.#flush);
    else this.#timer = setTimeout(this.#flush, waitMs);
  }

  /** For the control lane: not held up by a window. */
  urgent(sealable: Sealable): void {
    this.#urgent.add(sealable);
    if (this.#urgentScheduled || this.#closed) return;
    this.#urgentScheduled = true;
    setImmediate(this.#flushUrgent);
  }

  /** Called after each flush: whoever was woken by it writes now. Returns how to stop. */
  onFlushed(write: () => void): () => void {
    this.#writers.add(write);
    return () => this.#writers.delete(write);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#dirty.clear();
    this.#urgent.clear();
  }

  readonly #flush = (): void => {
    if (this.#closed) return;
    const startedAt = performance.now();
    const dirty = this.#dirty;
    this.#dirty = new Set();
    this.#scheduled = false;
    this.#run(dirty);
    const endedAt = performance.now();
    this.#nextAt = endedAt + Math.min(this.#windowMs, (endedAt - startedAt) / SHARE);
  };

  readonly #flushUrgent = (): void => {
    if (this.#closed) return;
    const urgent = this.#urgent;
    this.#urgent = new Set();
    this.#urgentScheduled = false;
    this.#run(urgent);
  };

  #run(sealables: ReadonlySet<Sealable>): void {
    for (const sealable of sealables) sealable.seal();
    for (const write of this.#writers) write();
  }
}
