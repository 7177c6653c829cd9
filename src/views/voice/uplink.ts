import type { HubLink } from '../../link/link.ts';

export interface UplinkCounts {
  /** Pages that the hub took. */
  readonly sent: number;
  /** Pages that did not go out: why → how many. */
  readonly refused: Readonly<Record<string, number>>;
  readonly waiting: number;
  /** How long the hub took for the last one, ms. */
  readonly tookMs: number | undefined;
}

/** One second of speech. What is older when its turn comes would only delay what is said now. */
const MOST_WAITING = 25;
const BUSY = 'the hub is busy';

/** Pages of the microphone on their way to the bridge, one behind the other: their order is the stream. */
export class Uplink {
  readonly #link: HubLink;
  readonly #onCounts: (counts: UplinkCounts) => void;
  readonly #waiting: Uint8Array[] = [];
  readonly #refused: Record<string, number> = {};
  #isSending = false;
  #sent = 0;
  #tookMs: number | undefined;

  constructor(link: HubLink, onCounts: (counts: UplinkCounts) => void) {
    this.#link = link;
    this.#onCounts = onCounts;
  }

  send(page: Uint8Array): void {
    this.#waiting.push(page);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#count(BUSY);
    }
    if (!this.#isSending) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isSending = true;
    for (let page = this.#waiting.shift(); page !== undefined; page = this.#waiting.shift()) {
      const from = performance.now();
      const args = { bytes: page };
      const outcome = await this.#link.ask((hub) =>
        hub.upstream({ do: 'call', upstream: 'mas-voice', name: 'audio', args }),
      );
      if (outcome.ok) {
        this.#sent += 1;
        this.#tookMs = performance.now() - from;
      } else this.#count(outcome.error.message);
      this.#tell();
    }
    this.#isSending = false;
  }

  #count(why: string): void {
    this.#refused[why] = (this.#refused[why] ?? 0) + 1;
  }

  #tell(): void {
    const { length } = this.#waiting;
    this.#onCounts({ sent: this.#sent, refused: { ...this.#refused }, waiting: length, tookMs: this.#tookMs });
  }
}
