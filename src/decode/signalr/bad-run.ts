/** Records that cannot be read are dropped one by one; a run of them means that the stream itself is broken. */
export class BadRun {
  readonly #most: number;
  #inRow = 0;

  /** @param most unreadable records in a row that end the connection. Default 5. */
  constructor(most = 5) {
    this.#most = most;
  }

  /** True: the connection has to be made anew. */
  bad(): boolean {
    this.#inRow += 1;
    return this.#inRow >= this.#most;
  }

  good(): void {
    this.#inRow = 0;
  }
}
