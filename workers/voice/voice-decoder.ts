import { VOICE_OUT_HZ } from '../../src/contract/upstream/voice-worker.ts';
import { OggPackets } from '../../src/upstreams/mas-voice/ogg-packets.ts';
import { opusDurationMs } from '../../src/upstreams/mas-voice/opus.ts';

export interface VoiceDecoderOptions {
  /** Mono, `VOICE_OUT_HZ`. `isLive`: out of a stream that is said as it comes; else of a burst. */
  onSound(samples: Float32Array<ArrayBuffer>, isLive: boolean): void;
  onFailed(why: string): void;
}

/** Packets a decoder may refuse one after the other before it is said that she cannot be heard. */
const MOST_REFUSED = 50;

interface Pending {
  readonly packet: Uint8Array<ArrayBuffer>;
  readonly isLive: boolean;
}

/** 40 s of packets of 20 ms. */
const MOST_PENDING = 2_000;

/** Her voice, as it came, to sound. A packet that cannot be decoded is counted and the next one is tried. */
export class VoiceDecoder {
  readonly #options: VoiceDecoderOptions;
  readonly #pages = new OggPackets();
  #decoder: AudioDecoder | undefined;
  /** What the decoder has not answered yet, in order: a packet gives one sound. */
  #pending: Pending[] = [];
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
      this.#decode({ packet: bytes.slice(), isLive: false });
      return;
    }
    const { packets, lost, late, broken, begins } = this.#pages.read(bytes);
    this.#counts.lost += lost;
    this.#counts.late += late;
    this.#counts.brokenPages += broken;
    if (begins) this.#begin();
    for (const packet of packets) this.#decode({ packet: packet.slice(), isLive: true });
  }

  /** What is being decoded is not to be heard. */
  flush(): void {
    this.#close();
  }

  /** Another stream follows. What came of the last one is still to be heard. */
  reset(): void {
    this.#begin();
    this.#pages.reset();
  }

  /** Gives out what is under way, and forgets what it knows of the stream. */
  #begin(): void {
    // One that fails meanwhile says so by itself, one that is closed was interrupted.
    this.#decoder?.flush().catch(() => undefined);
  }

  #decode(pending: Pending): void {
    const { packet } = pending;
    const durationMs = opusDurationMs(packet);
    const decoder = durationMs === 0 ? undefined : this.#open();
    if (decoder === undefined) {
      this.#refused();
      return;
    }
    this.#pending.push(pending);
    // A decoder that answers less often than it is asked must not be remembered for ever.
    if (this.#pending.length > MOST_PENDING) this.#pending.shift();
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: this.#timestampUs, data: packet }));
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
        if (this.#decoder === decoder) this.#sound(sound, this.#pending.shift()?.isLive ?? false);
        sound.close();
      },
      error: () => {
        if (this.#decoder !== decoder) return;
        // One that fails is closed for good: what waited behind the packet it could not read gets another.
        this.#decoder = undefined;
        const [, ...rest] = this.#pending;
        this.#pending = [];
        this.#refused();
        for (const pending of rest) this.#decode(pending);
      },
    });
    decoder.configure({ codec: 'opus', sampleRate: VOICE_OUT_HZ, numberOfChannels: 1 });
    this.#decoder = decoder;
    return decoder;
  }

  #sound(sound: AudioData, isLive: boolean): void {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    this.#counts.decoded += 1;
    this.#refusedInARow = 0;
    this.#options.onSound(samples, isLive);
  }

  #refused(): void {
    this.#counts.undecodable += 1;
    this.#refusedInARow += 1;
    if (this.#refusedInARow === MOST_REFUSED) this.#options.onFailed('what comes is not Opus');
  }

  #close(): void {
    if (this.#decoder?.state === 'configured') this.#decoder.close();
    this.#decoder = undefined;
    this.#pending = [];
    this.#timestampUs = 0;
  }
}
