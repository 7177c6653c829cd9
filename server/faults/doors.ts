import { backoffMs } from '../../src/lib/backoff.ts';

/** One way to a server: itself, or a proxy of ours before it. */
export interface Door {
  readonly server: number;
  readonly port: number;
}

/** Which door a client takes next. A roaming one tries the others too, so that its cursor must mean the same there. */
export class Doors {
  readonly #doors: readonly Door[];
  readonly #roams: boolean;
  readonly #random: () => number;
  #at = 0;
  #attempt = 0;

  constructor(doors: readonly Door[], roams: boolean, random: () => number) {
    this.#doors = doors;
    this.#roams = roams;
    this.#random = random;
  }

  next(): Door {
    const door = this.#doors[this.#at % this.#doors.length];
    if (door === undefined) throw new RangeError('a client needs a door');
    if (this.#roams) this.#at++;
    return door;
  }

  /** It let us in: the next wait is a short one again. */
  opened(): void {
    this.#attempt = 0;
  }

  waitMs(): number {
    this.#attempt++;
    return 20 + backoffMs(this.#attempt, { firstMs: 200, mostMs: 1_500 }, this.#random);
  }
}
