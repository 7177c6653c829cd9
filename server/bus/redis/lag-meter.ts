import type { Clock } from '../../clock.ts';

const WINDOW_MS = 2_500;

/** The longest time that something took, of the last seconds. */
export class LagMeter {
  readonly #clock: Clock;
  #since = 0;
  #most: number | undefined;
  #before: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(ms: number): void {
    this.#roll();
    this.#most = Math.max(this.#most ?? 0, ms);
  }

  /** undefined: nothing was measured. */
  get ms(): number | undefined {
    this.#roll();
    if (this.#most === undefined) return this.#before;
    return Math.max(this.#most, this.#before ?? 0);
  }

  #roll(): void {
    const now = this.#clock.now();
    const age = now - this.#since;
    if (age >= 0 && age < WINDOW_MS) return;
    this.#before = age >= 0 && age < 2 * WINDOW_MS ? this.#most : undefined;
    this.#most = undefined;
    this.#since = now;
  }
}
