import { CREP_PANELS_PART, type GeoBox } from '../../../src/contract/upstream/crep.ts';
import { CREP_BACKOFF } from '../../../src/upstreams/crep/cadence.ts';
import { reasonOfAnswer } from '../../../src/upstreams/crep/failure.ts';
import { hintsOf } from '../../../src/upstreams/crep/kinds.ts';
import { readValue } from '../../../src/upstreams/crep/read.ts';
import type { CrepStore } from '../../../src/upstreams/crep/store.ts';
import type { AdapterHost } from '../adapter.ts';
import type { PollLine } from '../line.ts';
import type { LiveLink } from './live-link.ts';
import type { Publisher } from './publisher.ts';
import type { Question } from './questions.ts';

/** While a live link brings the same, asking only fills what it leaves out: so much less often. */
const SLOWER = 2;
/** The line's own beat is only for when ours fails. */
const OWN_BEAT = 8;
const HANDSHAKE_MS = 25_000;

export interface AskingParts {
  readonly host: AdapterHost;
  readonly store: CrepStore;
  readonly publisher: Publisher;
  readonly live: LiveLink;
  /** What people look at; none: the world. */
  readonly boxes: () => readonly GeoBox[];
}

/** One place that is asked while somebody looks at its part: each time for the next of the boxes. */
export class Asking {
  readonly question: Question;
  readonly #parts: AskingParts;
  readonly #line: PollLine;
  #turn = 0;
  /** Asked since the boxes are what they are: the first round is never slowed down. */
  #asked = 0;
  #skipped = 0;
  #cancel: (() => void) | undefined;
  #isOn = false;

  constructor(question: Question, parts: AskingParts, maxBytes?: number) {
    this.question = question;
    this.#parts = parts;
    const { host, store, publisher } = parts;
    const { name, everyMs } = question;
    const slowMs = everyMs * OWN_BEAT;
    const hints = hintsOf(question.path([0, 0, 0, 0]));
    this.#line = host.poll({
      name,
      path: () => question.path(this.#nextBox()),
      everyMs: slowMs,
      staleMs: 2 * slowMs + HANDSHAKE_MS,
      silentMs: Number.POSITIVE_INFINITY,
      handshakeMs: HANDSHAKE_MS,
      backoff: { firstMs: CREP_BACKOFF.firstMs, mostMs: Math.max(CREP_BACKOFF.mostMs, everyMs) },
      ...(maxBytes === undefined ? {} : { maxBytes }),
      onAnswer: (value, out, { heldMs }) => {
        const { now, simulated } = host.context();
        // All of it was so when it was said.
        const reading = readValue(value, store, out, {
          now: now - heldMs,
          simulated,
          hints,
          everyMs: this.#freshEveryMs(),
        });
        if (reading.panel !== undefined) out.put(CREP_PANELS_PART, 'space-weather', reading.panel);
        publisher.took(name, reading, out);
      },
      onFailure: (answer, why, out) => {
        publisher.failed(name, answer === undefined ? why : reasonOfAnswer(answer.status, answer.body), out);
      },
    });
  }

  turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    if (on) {
      this.#asked = 0;
      this.#line.start();
      this.#askLater();
    } else {
      this.#cancel?.();
      this.#cancel = undefined;
      this.#line.stop();
    }
  }

  /** The boxes changed: what is looked at now comes first. */
  askNow(): void {
    if (!this.#isOn || this.question.tiles === undefined) return;
    this.#turn = 0;
    this.#asked = 0;
    this.#line.ask();
    this.#askLater();
  }

  #askLater(): void {
    this.#cancel?.();
    this.#cancel = this.#parts.host.schedule(this.question.everyMs / this.#boxes().length, () => {
      this.#skipped = this.#isSlow() ? (this.#skipped + 1) % SLOWER : 0;
      if (this.#skipped === 0) this.#line.ask();
      this.#askLater();
    });
  }

  #boxes(): readonly GeoBox[] {
    const { tiles } = this.question;
    const boxes = tiles === undefined ? [] : this.#parts.boxes();
    return boxes.length > 0 ? boxes : (tiles ?? [[-180, -90, 180, 90]]);
  }

  #nextBox(): GeoBox {
    const boxes = this.#boxes();
    const box = boxes[this.#turn % boxes.length] ?? [-180, -90, 180, 90];
    this.#turn = (this.#turn + 1) % boxes.length;
    this.#asked += 1;
    return box;
  }

  #isSlow(): boolean {
    const { kind } = this.question;
    return kind !== undefined && this.#asked >= this.#boxes().length && this.#parts.live.brings(kind);
  }

  /** How often something new of one entity can come this way. */
  #freshEveryMs(): number {
    return Math.max(this.question.everyMs * (this.#isSlow() ? SLOWER : 1), this.question.changesMs);
  }
}
