// Behind a microphone: its sound in blocks of 20 ms to the voice worker, its level to the page. Muted it sends silence: a model that
// listens all the time loses its clock when nothing comes.
import { type MicrophoneReport, VOICE_BLOCK_MS } from '../src/contract/upstream/voice-worker.ts';

const REPORT_S = 0.1;

class Microphone extends AudioWorkletProcessor {
  readonly #size = Math.round((sampleRate * VOICE_BLOCK_MS) / 1_000);
  #block = new Float32Array(this.#size);
  #length = 0;
  #worker: MessagePort | undefined;
  #isMuted = true;
  #isOver = false;
  #squares = 0;
  #measured = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data, ports }: MessageEvent<'port' | 'mute' | 'unmute' | 'end'>) => {
      if (data === 'port') this.#worker = ports[0];
      else if (data === 'end') this.#isOver = true;
      else this.#isMuted = data === 'mute';
    };
  }

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const samples = input?.[0];
    if (samples !== undefined) this.#take(samples);
    return !this.#isOver;
  }

  #take(samples: Float32Array): void {
    for (const sample of samples) {
      this.#squares += sample * sample;
      this.#block[this.#length] = this.#isMuted ? 0 : sample;
      this.#length += 1;
      if (this.#length < this.#size) continue;
      this.#worker?.postMessage(this.#block, [this.#block.buffer]);
      this.#block = new Float32Array(this.#size);
      this.#length = 0;
    }
    this.#measured += samples.length;
    if (this.#measured < sampleRate * REPORT_S) return;
    const report: MicrophoneReport = { level: Math.sqrt(this.#squares / this.#measured) };
    this.port.postMessage(report);
    this.#squares = 0;
    this.#measured = 0;
  }
}

registerProcessor('microphone', Microphone);
