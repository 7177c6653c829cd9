// Before the loudspeaker: the jitter buffer, and what it does, ten times a second.
import type { LoudspeakerReport, ToLoudspeaker } from '../src/contract/upstream/voice-worker.ts';
import { JitterBuffer } from '../src/upstreams/mas-voice/jitter-buffer.ts';

const REPORT_S = 0.1;
/** Between the 80 and 160 ms of the contract (mas-voice §2.2). */
const TARGET_S = 0.12;
/** The fallback's burst is 3.5 s at once, and a long sentence is more. */
const MOST_S = 30;
const PATIENCE_S = 0.2;
/** Farther behind what she says now nobody can talk with her. */
const BEHIND_S = 1;

class Loudspeaker extends AudioWorkletProcessor {
  readonly #buffer = new JitterBuffer(
    ...([sampleRate * TARGET_S, sampleRate * MOST_S] as const),
    ...([sampleRate * PATIENCE_S, sampleRate * BEHIND_S] as const),
  );
  #isOver = false;
  #unreported = 0;
  #flushes = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data, ports }: MessageEvent<'port' | 'end'>) => {
      if (data === 'end') this.#isOver = true;
      const worker = ports[0];
      if (worker === undefined) return;
      worker.onmessage = ({ data: sound }: MessageEvent<ToLoudspeaker>) => {
        if (sound !== 'flush') return this.#buffer.push(sound.samples, sound.isLive);
        this.#buffer.flush();
        this.#flushes += 1;
        // How soon she was silent is told at once.
        this.#report();
      };
    };
  }

  process(_: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    const samples = output?.[0];
    if (samples !== undefined) {
      this.#buffer.pull(samples);
      this.#unreported += samples.length;
    }
    if (this.#unreported >= sampleRate * REPORT_S) this.#report();
    return !this.#isOver;
  }

  #report(): void {
    this.#unreported = 0;
    const ms = (samples: number) => (samples * 1_000) / sampleRate;
    const { played, underruns, dropped, flushed } = this.#buffer.counts;
    const report: LoudspeakerReport = {
      bufferedMs: ms(this.#buffer.length),
      isPlaying: this.#buffer.isPlaying,
      playedMs: ms(played),
      underruns,
      droppedMs: ms(dropped),
      flushedMs: ms(flushed),
      flushes: this.#flushes,
    };
    this.port.postMessage(report);
  }
}

registerProcessor('loudspeaker', Loudspeaker);
