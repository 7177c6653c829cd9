import { VOICE_BLOCK_MS } from '../../src/contract/upstream/voice-worker.ts';
import { OggOpusWriter } from '../../src/upstreams/mas-voice/ogg-writer.ts';

export interface VoiceEncoderOptions {
  random32(): number;
  /** Whole pages, ready for the bridge. */
  onPages(bytes: Uint8Array<ArrayBuffer>, durationMs: number): void;
  onFailed(why: string): void;
}

/** The bridge takes two of 20 ms at a time (contract mas-voice §2.2). */
const PACKETS_PER_PAGE = 2;
const BITRATE = 24_000;
/** Blocks the encoder has not come to: it is too slow, and what is said now matters more. */
const MOST_WAITING = 25;
const VENDOR = 'Hyphae';

/** `opus` is a part of the WebCodecs registry that the DOM's own types do not have. */
interface OpusEncoderConfig extends AudioEncoderConfig {
  readonly opus: { readonly frameDuration: number; readonly complexity: number; readonly application: 'audio' };
}

/** Blocks of a microphone to pages of Ogg-Opus, from "begin" until "hold". */
export class VoiceEncoder {
  readonly #options: VoiceEncoderOptions;
  readonly #packets: Uint8Array[] = [];
  #encoder: AudioEncoder | undefined;
  #writer: OggOpusWriter | undefined;
  #sampleRate = 24_000;
  #timestampUs = 0;
  #counts = { encoded: 0, unheard: 0 };

  constructor(options: VoiceEncoderOptions) {
    this.#options = options;
  }

  get counts(): { readonly encoded: number; readonly unheard: number } {
    return this.#counts;
  }

  /** Of the blocks that follow, Hz. */
  useRate(sampleRate: number): void {
    if (sampleRate === this.#sampleRate) return;
    this.#sampleRate = sampleRate;
    if (this.#writer !== undefined) this.begin();
  }

  /** A stream from its beginning: its headers go first. */
  begin(): void {
    this.hold();
    if (typeof AudioEncoder === 'undefined') {
      this.#options.onFailed('this browser cannot encode sound');
      return;
    }
    const encoder = new AudioEncoder({
      output: (chunk) => {
        if (this.#encoder === encoder) this.#take(chunk);
      },
      error: (cause) => this.#fail(cause.message),
    });
    const config: OpusEncoderConfig = {
      codec: 'opus',
      sampleRate: this.#sampleRate,
      numberOfChannels: 1,
      bitrate: BITRATE,
      opus: { frameDuration: VOICE_BLOCK_MS * 1_000, complexity: 0, application: 'audio' },
    };
    try {
      encoder.configure(config);
    } catch (cause) {
      this.#fail(cause instanceof Error ? cause.message : String(cause));
      return;
    }
    this.#encoder = encoder;
    this.#writer = new OggOpusWriter(this.#options.random32(), VENDOR);
    for (const page of this.#writer.headers()) this.#options.onPages(page, 0);
  }

  /** Nobody listens. */
  hold(): void {
    if (this.#encoder?.state === 'configured') this.#encoder.close();
    this.#encoder = undefined;
    this.#writer = undefined;
    this.#packets.length = 0;
    this.#timestampUs = 0;
  }

  take(samples: Float32Array<ArrayBuffer>): void {
    const encoder = this.#encoder;
    if (encoder?.state !== 'configured' || encoder.encodeQueueSize > MOST_WAITING) {
      this.#counts.unheard += 1;
      return;
    }
    const block = new AudioData({
      format: 'f32-planar',
      sampleRate: this.#sampleRate,
      numberOfFrames: samples.length,
      numberOfChannels: 1,
      timestamp: this.#timestampUs,
      data: samples,
    });
    this.#timestampUs += (samples.length * 1_000_000) / this.#sampleRate;
    encoder.encode(block);
    block.close();
  }

  #take(chunk: EncodedAudioChunk): void {
    const packet = new Uint8Array(chunk.byteLength);
    chunk.copyTo(packet);
    this.#counts.encoded += 1;
    this.#packets.push(packet);
    if (this.#packets.length < PACKETS_PER_PAGE) return;
    const durationMs = VOICE_BLOCK_MS * PACKETS_PER_PAGE;
    const page = this.#writer?.page(this.#packets.splice(0), durationMs);
    if (page !== undefined) this.#options.onPages(page, durationMs);
  }

  #fail(why: string): void {
    this.hold();
    this.#options.onFailed(why);
  }
}
