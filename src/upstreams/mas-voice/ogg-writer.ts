import { oggCrc } from './ogg.ts';

const BEGINS = 2;
/** A packet of up to 16 kB fits a page many times over; nobody sends more at once. */
const MAX_SEGMENTS = 255;

/** Samples of 48 kHz that the decoder throws away at the start, as the encoder says (contract mas-voice §2.2). */
export const PRE_SKIP = 312;

/** Opus packets as pages of one Ogg stream (RFC 3533, RFC 7845): the way the bridge wants the microphone. */
export class OggOpusWriter {
  readonly #serial: number;
  readonly #vendor: string;
  #sequence = 0;
  /** Samples of 48 kHz so far. */
  #granule = 0;

  /** @param serial 32 bits; another number for each stream */
  constructor(serial: number, vendor: string) {
    this.#serial = serial >>> 0;
    this.#vendor = vendor;
  }

  /** The two pages that open a stream: mono, recorded at 24 kHz. */
  headers(): readonly Uint8Array<ArrayBuffer>[] {
    const text = new TextEncoder();
    const head = new Uint8Array(19);
    head.set([...text.encode('OpusHead'), 1, 1]);
    const view = new DataView(head.buffer);
    view.setUint16(10, PRE_SKIP, true);
    view.setUint32(12, 24_000, true);
    const vendor = text.encode(this.#vendor);
    const tags = new Uint8Array(16 + vendor.length);
    tags.set(text.encode('OpusTags'));
    new DataView(tags.buffer).setUint32(8, vendor.length, true);
    tags.set(vendor, 12);
    return [this.#page([head], BEGINS), this.#page([tags], 0)];
  }

  /** One page. `durationMs`: how long its packets sound together. Throws when they do not fit into one. */
  page(packets: readonly Uint8Array[], durationMs: number): Uint8Array<ArrayBuffer> {
    this.#granule += Math.round(durationMs * 48);
    return this.#page(packets, 0);
  }

  #page(packets: readonly Uint8Array[], flags: number): Uint8Array<ArrayBuffer> {
    const lacing = packets.flatMap(({ length }) => [
      ...Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ]);
    if (lacing.length > MAX_SEGMENTS) throw new RangeError('these packets do not fit into one page');
    const body = packets.reduce((sum, { length }) => sum + length, 0);
    const page = new Uint8Array(27 + lacing.length + body);
    const view = new DataView(page.buffer);
    page.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
    view.setBigUint64(6, BigInt(this.#granule), true);
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
