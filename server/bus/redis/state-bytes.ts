import type { Clock } from '../../clock.ts';

/** Between two measurements that are made because there seems to be no room, ms. */
const MEASURE_MS = 100;

/**
 * Holds what the local copies of state channels keep, all together, to a bound. It is measured now and then, with what is on its way to
 * them through Redis; in between, what was let in is added.
 */
export class StateBytes {
  /** What to say when there is no room. */
  readonly full: string;
  readonly #mostBytes: number;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #measured: () => number;
  #bytes = 0;
  #measuredAt: number | undefined;

  constructor(clock: Pick<Clock, 'now'>, mostBytes: number, measured: () => number) {
    this.#clock = clock;
    this.#mostBytes = mostBytes;
    this.full = `historyBytes: state channels keep ${mostBytes} bytes, which is half of it`;
    this.#measured = measured;
  }

  /** Called often, so that what went makes room. */
  measure(): void {
    this.#measuredAt = this.#clock.now();
    this.#bytes = this.#measured();
  }

  /** Whether there is room for so many bytes more; if so they are taken. */
  takes(more: number): boolean {
    const isOld = this.#measuredAt === undefined || Math.abs(this.#clock.now() - this.#measuredAt) >= MEASURE_MS;
    if (this.#bytes + more > this.#mostBytes && isOld) this.measure();
    if (this.#bytes + more > this.#mostBytes) return false;
    this.#bytes += more;
    return true;
  }
}
