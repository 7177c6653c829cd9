import { VOICE_OUT_HZ } from '../../src/contract/upstream/voice-worker.ts';
import { OggPackets } from '../../src/upstreams/mas-voice/ogg-packets.ts';
import { opusDurationMs } from '../../src/upstreams/mas-voice/opus.ts';

export interface VoiceDecoderOptions {
  /** Mono, `VOICE_OUT_HZ`. */
  onSound(samples: Float32Array<ArrayBuffer>): void;
  onFailed(why: string): void;
}

/** Packets a decoder may refuse one after the other before it is said that she cannot be heard. */
const MOST_REFUSED = 50;

/** Her voice, as it came, to sound. A packet that cannot be decoded is counted and the next one is tried. */
export class VoiceDecoder {
  readonly #options: VoiceDecoderOptions;
  readonly #pages = new OggPackets();
  #decoder: AudioDecoder | undefined;
  #timestampUs = 0;
  #refusedInARow = 0;
  #counts = { decoded: 0, undecodable: 0, lost: 0, late: 0, brokenPages: 0 };

  constructor(options: VoiceDecoderOptions) {
    this.#options = options;
  }

  get counts(): Readonly<Record<'decoded' | 'undecodable' | 'lost' | 'late' | 'brokenPages', number>> {
    return this.#counts;
  }

  take(container: 'ogg' | 'opus', bytes: Uint8Array): void {
    if (container === 'opus') {
      this.#decode(bytes);
      return;
    }
    const { packets, lost, late, broken, begins } = this.#pages.read(bytes);
    this.#counts.lost += lost;
    this.#counts.late += late;
    this.#counts.brokenPages += broken;
    if (begins) this.#close();
    for (const packet of packets) this.#decode(packet);
  }

  /** What is being decoded is not to be heard. */
  flush(): void {
    this.#close();
  }

  /** Another stream follows. */
  reset(): void {
    this.#close();
    this.#pages.reset();
  }

  #decode(packet: Uint8Array): void {
    const durationMs = opusDurationMs(packet);
    const decoder = durationMs === 0 ? undefined : this.#open();
    if (decoder === undefined) {
      this.#refused();
      return;
    }
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: this.#timestampUs, data: packet.slice() }));
    this.#timestampUs += durationMs * 1_000;
  }

  #open(): AudioDecoder | undefined {
    if (this.#decoder !== undefined) return this.#decoder;
    if (typeof AudioDecoder === 'undefined') {
      this.#options.onFailed('this browser cannot decode sound');
      return undefined;
    }
    const decoder: AudioDecoder = new AudioDecoder({
      output: (sound) => {
        if (this.#decoder === decoder) this.#sound(sound);
        sound.close();
      },
      error: () => {
        // One that fails is closed for good: the next packet gets another.
        if (this.#decoder === decoder) this.#decoder = undefined;
        this.#refused();
      },
    });
    decoder.configure({ codec: 'opus', sampleRate: VOICE_OUT_HZ, numberOfChannels: 1 });
    this.#decoder = decoder;
    return decoder;
  }

  #sound(sound: AudioData): void {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    this.#counts.decoded += 1;
    this.#refusedInARow = 0;
    this.#options.onSound(samples);
  }

  #refused(): void {
    this.#counts.undecodable += 1;
    this.#refusedInARow += 1;
    if (this.#refusedInARow === MOST_REFUSED) this.#options.onFailed('what comes is not Opus');
  }

  #close(): void {
    if (this.#decoder?.state === 'configured') this.#decoder.close();
    this.#decoder = undefined;
    this.#timestampUs = 0;
  }
}
