import { oggCrc } from '../../../src/upstreams/mas-voice/ogg.ts';

/** One stream of Ogg pages with Opus packets: right headers and checksums, and packets that are noise (nobody can decode speech of them). */
export class OggStream {
  readonly #serial: number;
  readonly #random: () => number;
  #sequence = 0;
  #granule = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.#serial = Math.floor(random() * 0xffffffff);
  }

  /** The two pages that open a stream. */
  headers(): Uint8Array[] {
    const text = new TextEncoder();
    // Version 1, mono, pre-skip 312, 24 kHz, no gain, mapping 0.
    const head = Uint8Array.of(...text.encode('OpusHead'), 1, 1, 0x38, 1, 0xc0, 0x5d, 0, 0, 0, 0, 0);
    const tags = Uint8Array.of(...text.encode('OpusTags'), 3, 0, 0, 0, ...text.encode('sim'), 0, 0, 0, 0);
    return [this.#page([head], 2, 0n), this.#page([tags], 0, 0n)];
  }

  /** A page of packets of 20 ms. */
  audio(packets: number): Uint8Array {
    this.#granule += packets * 960;
    return this.#page(
      Array.from({ length: packets }, () => opusPacket(this.#random)),
      0,
      BigInt(this.#granule),
    );
  }

  #page(packets: readonly Uint8Array[], flags: number, granule: bigint): Uint8Array {
    const lacing = packets.flatMap(({ length }) => [
      ...Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ]);
    const body = packets.reduce((sum, { length }) => sum + length, 0);
    const page = new Uint8Array(27 + lacing.length + body);
    const view = new DataView(page.buffer);
    page.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
    view.setBigUint64(6, granule, true);
    view.setUint32(14, this.#serial, true);
    view.setUint32(18, this.#sequence, true);
    this.#sequence += 1;
    page[26] = lacing.length;
    page.set(lacing, 27);
    let at = 27 + lacing.length;
    for (const packet of packets) {
      page.set(packet, at);
      at += packet.length;
    }
    view.setUint32(22, oggCrc(page), true);
    return page;
  }
}

/** 20 ms: its header is right, the rest is noise. */
export function opusPacket(random: () => number): Uint8Array {
  const packet = Uint8Array.from({ length: 26 + Math.floor(random() * 10) }, () => Math.floor(random() * 256));
  packet[0] = 0x68;
  return packet;
}
