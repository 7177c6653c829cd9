import type { Outcome } from '../../contract/hub-api.ts';
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
const OLDER = 'of a session that is over';
/** A stream without its head is sound for nobody: it is sent again for so long. */
const HEAD_TRIES = 10;
const HEAD_AGAIN_MS = 200;

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
    // Another stream begins: nobody listens to the one before.
    if (headOf(page) === 'OpusHead') while (this.#waiting.pop() !== undefined) this.#count(OLDER);
    this.#waiting.push(page);
    if (this.#waiting.length > MOST_WAITING) {
      const oldest = this.#waiting.findIndex((one) => headOf(one) === undefined);
      this.#waiting.splice(oldest, 1);
      this.#count(BUSY);
    }
    if (!this.#isSending) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isSending = true;
    for (let page = this.#waiting.shift(); page !== undefined; page = this.#waiting.shift()) {
      const from = performance.now();
      const outcome = await this.#offer(page);
      if (outcome.ok) {
        this.#sent += 1;
        this.#tookMs = performance.now() - from;
      } else this.#count(outcome.error.message);
      this.#tell();
    }
    this.#isSending = false;
  }

  async #offer(page: Uint8Array): Promise<Outcome<unknown>> {
    const args = { bytes: page };
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#link.ask((hub) =>
        hub.upstream({ do: 'call', upstream: 'mas-voice', name: 'audio', args }),
      );
      const isOver = headOf(this.#waiting[0]) === 'OpusHead';
      if (outcome.ok || headOf(page) === undefined || isOver || tries === HEAD_TRIES) return outcome;
      await new Promise((resolve) => setTimeout(resolve, HEAD_AGAIN_MS));
    }
  }

  #count(why: string): void {
    this.#refused[why] = (this.#refused[why] ?? 0) + 1;
  }

  #tell(): void {
    const { length } = this.#waiting;
    this.#onCounts({ sent: this.#sent, refused: { ...this.#refused }, waiting: length, tookMs: this.#tookMs });
  }
}

/** `OpusHead` or `OpusTags`: each begins a page of its own, after 27 bytes and the length of one packet (RFC 7845 §3). */
function headOf(page: Uint8Array | undefined): 'OpusHead' | 'OpusTags' | undefined {
  if (page === undefined) return undefined;
  const from = 27 + (page[26] ?? 0);
  const name = String.fromCharCode(...page.subarray(from, from + 8));
  return name === 'OpusHead' || name === 'OpusTags' ? name : undefined;
}
