import { checkOggPages } from './ogg.ts';

const HEADER = 27;
const CONTINUED = 1;
const BEGINS = 2;
/** No Opus packet is longer than 120 ms at 510 kbit/s. */
const MAX_PACKET = 7_650;
/** Pages on the way overtake each other by a few; a number farther back, or a minute ahead, is another stream whose beginning was lost. */
const MOST_BACK = 50;
const MOST_AHEAD = 1_500;

/** What pages came to. */
export interface ReadPages {
  readonly packets: readonly Uint8Array[];
  /** Pages that never came, by the numbers of those round them. */
  readonly lost: number;
  /** Pages that came after later ones, or a second time: not played. */
  readonly late: number;
  /** Pages that cannot be read. */
  readonly broken: number;
  /** Another stream began: a decoder begins anew. */
  readonly begins: boolean;
}

const BROKEN: ReadPages = { packets: [], lost: 0, late: 0, broken: 1, begins: false };

/** Opus packets out of Ogg pages as they come. Takes any bytes; never throws. */
export class OggPackets {
  #serial: number | undefined;
  #next = 0;
  /** The beginning of a packet that goes on in the next page. */
  #rest: Uint8Array | undefined;

  /** Forgets the stream. */
  reset(): void {
    this.#serial = undefined;
    this.#rest = undefined;
  }

  read(bytes: Uint8Array): ReadPages {
    if (!checkOggPages(bytes).ok) return BROKEN;
    const packets: Uint8Array[] = [];
    let lost = 0;
    let late = 0;
    let begins = false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; ) {
      const flags = view.getUint8(at + 5);
      const serial = view.getUint32(at + 14, true);
      const sequence = view.getUint32(at + 18, true);
      const segments = view.getUint8(at + 26);
      const bodyAt = at + HEADER + segments;
      const lacing = bytes.subarray(at + HEADER, bodyAt);
      const end = bodyAt + lacing.reduce((sum, length) => sum + length, 0);
      const step = sequence - this.#next;
      if ((flags & BEGINS) !== 0 || serial !== this.#serial || step < -MOST_BACK || step > MOST_AHEAD) {
        begins = true;
        this.#serial = serial;
        this.#next = sequence;
        this.#rest = undefined;
      }
      const ahead = sequence - this.#next;
      if (ahead < 0) late += 1;
      else {
        if (ahead > 0) this.#rest = undefined;
        lost += ahead;
        this.#next = sequence + 1;
        packets.push(...this.#packetsOf(bytes.subarray(bodyAt, end), lacing, (flags & CONTINUED) !== 0));
      }
      at = end;
    }
    return { packets: packets.filter((packet) => !isHeader(packet)), lost, late, broken: 0, begins };
  }

  #packetsOf(body: Uint8Array, lacing: Uint8Array, isContinued: boolean): Uint8Array[] {
    const packets: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    // The end of a packet whose beginning was lost is of no use.
    let isOrphan = isContinued && this.#rest === undefined;
    for (const length of lacing) {
      at += length;
      if (length === 255) continue;
      if (!isOrphan) {
        const packet = joined(isContinued && packets.length === 0 ? this.#rest : undefined, body.subarray(from, at));
        if (packet.length > 0 && packet.length <= MAX_PACKET) packets.push(packet);
      }
      isOrphan = false;
      this.#rest = undefined;
      from = at;
    }
    const rest = joined(this.#rest, body.subarray(from));
    this.#rest = rest.length === 0 || rest.length > MAX_PACKET ? undefined : rest;
    return packets;
  }
}

function joined(before: Uint8Array | undefined, after: Uint8Array): Uint8Array {
  // A copy: the page's buffer is somebody else's.
  const whole = new Uint8Array((before?.length ?? 0) + after.length);
  if (before !== undefined) whole.set(before);
  whole.set(after, before?.length ?? 0);
  return whole;
}

/** `OpusHead` and `OpusTags` sound like nothing. */
const isHeader = (packet: Uint8Array): boolean =>
  packet[0] === 0x4f && packet[1] === 0x70 && packet[2] === 0x75 && packet[3] === 0x73;
