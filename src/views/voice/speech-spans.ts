import type { EpochMs } from '../../contract/time.ts';

/** When the person at the microphone spoke. `to` undefined: still speaking. */
export interface SpeechSpan {
  readonly from: EpochMs;
  readonly to: EpochMs | undefined;
}

/** Root mean square of a voice near a microphone; rooms are below it. */
const SPEECH_LEVEL = 0.02;
/** Between two words. */
const PAUSE_MS = 500;
/** Shorter is a cough or a cup. */
const SHORTEST_MS = 250;
const MOST = 200;

/** The level of a microphone, to spans of speech. The bridge never says when it heard somebody (contract mas-voice §2.4), so we look. */
export class SpeechSpans {
  readonly #spans: SpeechSpan[] = [];
  #from: EpochMs | undefined;
  #loudAt: EpochMs = 0;

  /** Oldest first, at most 200. */
  get all(): readonly SpeechSpan[] {
    return this.#spans;
  }

  /** Takes the level of a moment (0–1; muted is 0). True when `all` changed. */
  add(level: number, now: EpochMs): boolean {
    if (level >= SPEECH_LEVEL) {
      this.#from ??= now;
      this.#loudAt = now;
      const last = this.#spans.at(-1);
      if (last?.from === this.#from || now - this.#from < SHORTEST_MS) return false;
      this.#spans.push({ from: this.#from, to: undefined });
      if (this.#spans.length > MOST) this.#spans.shift();
      return true;
    }
    if (this.#from === undefined || now - this.#loudAt < PAUSE_MS) return false;
    return this.end();
  }

  /** Nobody can speak any more. True when `all` changed. */
  end(): boolean {
    const from = this.#from;
    this.#from = undefined;
    const isSpan = from !== undefined && this.#spans.at(-1)?.from === from;
    if (isSpan) this.#spans[this.#spans.length - 1] = { from, to: this.#loudAt };
    return isSpan;
  }
}
