import { OggOpusWriter } from '../../../src/upstreams/mas-voice/ogg-writer.ts';
import { hummedPacket } from './hummed.ts';

const PACKET_MS = 20;

/** One stream of Ogg pages with the simulated voice in them. */
export class OggStream {
  readonly #writer: OggOpusWriter;
  #packets = 0;

  constructor(random: () => number) {
    this.#writer = new OggOpusWriter(Math.floor(random() * 0xffffffff), 'sim');
  }

  /** The two pages that open a stream. */
  headers(): readonly Uint8Array[] {
    return this.#writer.headers();
  }

  /** A page of packets of 20 ms. */
  audio(packets: number): Uint8Array {
    return this.#writer.page(
      Array.from({ length: packets }, () => hummedPacket(this.#packets++)),
      packets * PACKET_MS,
    );
  }
}
