/** Messages from clients by type, in plain numbers: counted at every message. */
export class ReceivedCounts {
  readonly #counts = new Map<string, number>();

  received(type: string): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
  }

  entries(): Iterable<readonly [type: string, count: number]> {
    return this.#counts;
  }
}
