/** What a decoder of Opus gives, whatever was recorded. */
export const VOICE_OUT_HZ = 48_000;
/** Of one block of the microphone and of one packet. */
export const VOICE_BLOCK_MS = 20;

/** What a page tells the voice worker, which encodes the microphone and decodes her voice. Ports are transferred beside the message. */
export type ToVoiceWorker =
  /** Blocks of a microphone (`Float32Array`, mono, 20 ms each) come on the port, at this rate (Hz). */
  | { readonly t: 'microphone'; readonly sampleRate: number }
  | { readonly t: 'no-microphone' }
  /** Blocks of sound go out on the port (`Float32Array`, mono, `VOICE_OUT_HZ`), and `'flush'` where what waits is not to be heard. */
  | { readonly t: 'loudspeaker' }
  /** Another session listens: it wants a stream from its beginning. */
  | { readonly t: 'begin' }
  /** Nobody listens: what the microphone says is dropped. */
  | { readonly t: 'hold' }
  /** Her voice, as it came. */
  | { readonly t: 'audio'; readonly container: 'ogg' | 'opus'; readonly bytes: Uint8Array }
  | { readonly t: 'flush' }
  /** Another stream of hers follows. */
  | { readonly t: 'reset' };

/** What it answers. */
export type FromVoiceWorker =
  /** Whole pages for the bridge. `durationMs`: how long they sound. */
  | { readonly t: 'pages'; readonly bytes: Uint8Array<ArrayBuffer>; readonly durationMs: number }
  | { readonly t: 'counts'; readonly counts: VoiceWorkerCounts }
  /** It cannot go on: which half of it, and why. */
  | { readonly t: 'failed'; readonly half: 'encoder' | 'decoder'; readonly why: string };

/** Since the worker began. */
export interface VoiceWorkerCounts {
  /** Packets of hers that became sound. */
  readonly decoded: number;
  /** Packets that no decoder takes. */
  readonly undecodable: number;
  /** Pages that never came. */
  readonly lost: number;
  /** Pages that came after later ones: not played. */
  readonly late: number;
  readonly brokenPages: number;
  /** Packets of the microphone that were encoded. */
  readonly encoded: number;
  /** Blocks of the microphone while nobody listened. */
  readonly unheard: number;
}

/** What the worklet behind the loudspeaker tells ten times a second. */
export interface LoudspeakerReport {
  /** How much waits, ms. */
  readonly bufferedMs: number;
  readonly isPlaying: boolean;
  readonly playedMs: number;
  readonly underruns: number;
  readonly droppedMs: number;
  readonly flushedMs: number;
  /** How often that was. */
  readonly flushes: number;
}

/** What the worklet behind the microphone tells ten times a second. */
export interface MicrophoneReport {
  /** Root mean square of the last 100 ms before muting, 0–1. */
  readonly level: number;
}

/** From the voice worker to the loudspeaker: mono at `VOICE_OUT_HZ`, as it comes (`isLive`) or a burst; or nothing of what waits. */
export type ToLoudspeaker = { readonly samples: Float32Array<ArrayBuffer>; readonly isLive: boolean } | 'flush';
