/** Remembers the newest `most` keys: MAS sends many things several times. */
export class SeenOnce {
  readonly #keys = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** True the first time. */
  first(key: string): boolean {
    if (this.#keys.has(key)) return false;
    if (this.#keys.size >= this.#most) {
      // A Set keeps the order in which keys came: the first is the oldest.
      for (const oldest of this.#keys) {
        this.#keys.delete(oldest);
        break;
      }
    }
    this.#keys.add(key);
    return true;
  }
}
