/** What a buffer did so far, in samples but for the counts. */
export interface JitterCounts {
  readonly played: number;
  /** It ran empty, and more came so soon that it was being waited for: a hole in what was said. */
  readonly underruns: number;
  /** Samples that were too many: the oldest went. */
  readonly dropped: number;
  /** Samples that were not to be heard any more. */
  readonly flushed: number;
}

/** Silence of so many times the patience is a pause of the speaker. */
const HOLE = 3;

/**
 * Sound between a network that delivers it unevenly and a loudspeaker that takes it evenly. It begins once so much has come that the
 * next delay is not heard (contract mas-voice §2.2: 80–160 ms), and after running empty it gathers as much again.
 */
export class JitterBuffer {
  readonly #samples: Float32Array;
  readonly #target: number;
  /** Nothing more for so long is the end of what is said: the rest is played, however short. */
  readonly #patience: number;
  /** What is said live is not heard later than this: the oldest goes, down to the target. */
  readonly #behind: number;
  #from = 0;
  #length = 0;
  #isPlaying = false;
  #hasRunEmpty = false;
  #waited = 0;
  #counts = { played: 0, underruns: 0, dropped: 0, flushed: 0 };

  /** @param target, most, patience, behind in samples */
  constructor(target: number, most: number, patience: number, behind: number) {
    this.#samples = new Float32Array(most);
    this.#target = target;
    this.#patience = patience;
    this.#behind = behind;
  }

  /** Samples that wait. */
  get length(): number {
    return this.#length;
  }
  get isPlaying(): boolean {
    return this.#isPlaying;
  }
  get counts(): JitterCounts {
    return this.#counts;
  }

  /**
   * `isLive`: it is said as it comes, without an end. What waited through a stall would be late for ever then, as nothing is ever played
   * faster. A burst comes ahead of its time and is played whole.
   */
  push(samples: Float32Array, isLive = false): void {
    this.#add(samples);
    if (isLive && this.#length > this.#behind) this.#drop(this.#length - this.#target);
  }

  #drop(count: number): void {
    this.#from = (this.#from + count) % this.#samples.length;
    this.#length -= count;
    this.#counts.dropped += count;
  }

  #add(samples: Float32Array): void {
    const size = this.#samples.length;
    const fits = samples.length > size ? samples.subarray(samples.length - size) : samples;
    const over = Math.max(0, this.#length + fits.length - size);
    this.#drop(over);
    this.#counts.dropped += samples.length - fits.length;
    const to = (this.#from + this.#length) % size;
    const first = Math.min(fits.length, size - to);
    this.#samples.set(fits.subarray(0, first), to);
    this.#samples.set(fits.subarray(first), 0);
    this.#length += fits.length;
    if (this.#hasRunEmpty && this.#waited <= HOLE * this.#patience) this.#counts.underruns += 1;
    this.#hasRunEmpty = false;
    this.#waited = 0;
  }

  /** Fills `out`: with sound, and with silence where there is none. */
  pull(out: Float32Array): void {
    if (!this.#isPlaying) {
      this.#waited += out.length;
      const isEnough = this.#length >= this.#target || (this.#length > 0 && this.#waited >= this.#patience);
      if (!isEnough) {
        out.fill(0);
        return;
      }
      this.#isPlaying = true;
    }
    const size = this.#samples.length;
    const count = Math.min(out.length, this.#length);
    for (let index = 0; index < count; index += 1) out[index] = this.#samples[(this.#from + index) % size] ?? 0;
    out.fill(0, count);
    this.#from = (this.#from + count) % size;
    this.#length -= count;
    this.#counts.played += count;
    if (count < out.length) {
      this.#isPlaying = false;
      this.#hasRunEmpty = true;
      this.#waited = 0;
    }
  }

  /** She was interrupted: nothing of what waits is to be heard. */
  flush(): void {
    this.#counts.flushed += this.#length;
    this.#length = 0;
    this.#isPlaying = false;
    this.#hasRunEmpty = false;
    this.#waited = 0;
  }
}
