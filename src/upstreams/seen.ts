/** Keys that were here, the newest so many: whether something is a repeat. */
export class Seen {
  readonly #most: number;
  /** Two halves: when the young one is full, the old one goes. */
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(most = 20_000) {
    this.#most = Math.max(2, most);
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** Whether it was here before. If not, it is from now on. */
  isRepeat(key: string): boolean {
    if (this.#young.has(key)) return true;
    const known = this.#old.has(key);
    this.#young.add(key);
    if (this.#young.size * 2 >= this.#most) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return known;
  }
}
