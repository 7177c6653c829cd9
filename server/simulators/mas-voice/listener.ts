import { OggPackets } from '../../../src/upstreams/mas-voice/ogg-packets.ts';
import { opusDurationMs } from '../../../src/upstreams/mas-voice/opus.ts';

/** Bytes of 20 ms; an encoder needs fewer for silence and for noise of a room. */
const SPEECH_BYTES = 28;
const MIN_SPEECH_MS = 300;
const PAUSE_MS = 600;

/** What the simulated bridge makes of a microphone: it understands nothing, but knows speech from silence by how many bytes it takes. */
export class Listener {
  readonly #pages = new OggPackets();
  #spokenMs = 0;
  #silentMs = 0;

  /** Takes pages; gives how long somebody spoke (ms), once they have paused. */
  hear(bytes: Uint8Array): number | undefined {
    for (const packet of this.#pages.read(bytes).packets) {
      const ms = opusDurationMs(packet);
      if ((packet.length * 20) / Math.max(ms, 1) >= SPEECH_BYTES) {
        this.#spokenMs += ms;
        this.#silentMs = 0;
      } else this.#silentMs += ms;
    }
    if (this.#silentMs < PAUSE_MS) return undefined;
    const spoken = this.#spokenMs;
    this.#spokenMs = 0;
    return spoken >= MIN_SPEECH_MS ? spoken : undefined;
  }
}
