/**
 * The newest keys that were seen, so that a repeat is known; at least `most` / 2 of them, at most `most`. In two generations: taking the
 * oldest out of one large set costs more the longer it is used.
 */
export class Seen {
  readonly #most: number;
  #young = new Set<string>();
  #old: ReadonlySet<string> = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** False: it was there. A repeat is seen anew, so that what is said again and again is not forgotten. */
  add(key: string): boolean {
    if (this.#young.has(key)) return false;
    if (this.#young.size >= this.#most / 2) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(key);
    return !this.#old.has(key);
  }
}
