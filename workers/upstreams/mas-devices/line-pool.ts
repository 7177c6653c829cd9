import type { Line } from '../line.ts';

interface Slot {
  readonly line: Line;
  key: string | undefined;
}

/**
 * A bounded number of connections for an unbounded number of things: each thing that is wanted gets one while there are any left. A line's
 * path is asked for before every try, so one that is free takes the next thing.
 */
export class LinePool {
  readonly #most: number;
  readonly #make: (slot: number, keyOf: () => string | undefined) => Line;
  readonly #slots: Slot[] = [];

  constructor(most: number, make: (slot: number, keyOf: () => string | undefined) => Line) {
    this.#most = most;
    this.#make = make;
  }

  /** These, the most wanted first; every other one is closed. Returns how many have a connection, and how many have none. */
  want(keys: readonly string[]): { readonly open: number; readonly left: number } {
    const wanted = new Set(keys.slice(0, this.#most));
    for (const slot of this.#slots) {
      if (slot.key === undefined || wanted.delete(slot.key)) continue;
      slot.key = undefined;
      slot.line.stop();
    }
    for (const key of wanted) {
      const slot = this.#free();
      slot.key = key;
      slot.line.start();
    }
    const open = Math.min(keys.length, this.#most);
    return { open, left: keys.length - open };
  }

  #free(): Slot {
    const free = this.#slots.find(({ key }) => key === undefined);
    if (free !== undefined) return free;
    const index = this.#slots.length;
    const slot: Slot = { line: this.#make(index + 1, () => this.#slots[index]?.key), key: undefined };
    this.#slots.push(slot);
    return slot;
  }
}
