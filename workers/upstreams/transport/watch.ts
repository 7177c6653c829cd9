import type { MonoMs } from '../../../src/contract/time.ts';
import type { LineEnv } from './line-env.ts';

type Timers = Pick<LineEnv, 'now' | 'mono' | 'schedule'>;

/** The longest a timer can be set for. */
const MOST_MS = 2 ** 31 - 1;

/** Notices that something did not happen for a while. What happens only notes its time; the timer looks when it wakes. */
export class Watch {
  readonly #timers: Timers;
  readonly #onLate: () => void;
  #cancel: (() => void) | undefined;
  ms: number;
  /** When it last happened. */
  at: MonoMs = 0;

  /** @param ms `Infinity`: it never minds. */
  constructor(timers: Timers, ms: number, onLate: () => void) {
    this.#timers = timers;
    this.ms = ms;
    this.#onLate = onLate;
  }

  /** From now on. */
  start(): void {
    this.at = this.#timers.mono();
    this.#sleep(this.ms);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sleep(ms: number): void {
    this.stop();
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#timers.schedule(Math.min(ms, MOST_MS), () => {
      this.#cancel = undefined;
      const leftMs = this.at + this.ms - this.#timers.mono();
      if (leftMs > 0) this.#sleep(leftMs);
      else this.#onLate();
    });
  }
}

const BEAT_MS = 5_000;
/** A beat that comes so much later than it should was not slow: the computer slept, or the worker was frozen. */
const ASLEEP_MS = 10_000;

/**
 * Notices that this computer slept: a connection that lived through it is probably dead without knowing. Both clocks are asked, since on
 * some systems the monotonic one sleeps too; the price is one new connection when somebody sets the clock forward.
 */
export class SleepWatch {
  readonly #timers: Timers;
  readonly #onWake: (sleptMs: number) => void;
  #cancel: (() => void) | undefined;

  constructor(timers: Timers, onWake: (sleptMs: number) => void) {
    this.#timers = timers;
    this.#onWake = onWake;
  }

  start(): void {
    this.stop();
    const mono = this.#timers.mono();
    const now = this.#timers.now();
    this.#cancel = this.#timers.schedule(BEAT_MS, () => {
      this.#cancel = undefined;
      const lateMs = Math.max(this.#timers.mono() - mono, this.#timers.now() - now) - BEAT_MS;
      if (lateMs > ASLEEP_MS) this.#onWake(lateMs);
      else this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
