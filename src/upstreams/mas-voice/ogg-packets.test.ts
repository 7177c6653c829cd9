import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkOggPages, oggCrc } from './ogg.ts';
import { OggPackets } from './ogg-packets.ts';
import { OggOpusWriter } from './ogg-writer.ts';

const packetOf = (fill: number, length = 40) => new Uint8Array(length).fill(fill);
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const fills = (read: { readonly packets: readonly Uint8Array[] }) => read.packets.map(([first]) => first);

test('what is written is read again, headers are not sound, and every page is whole', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_200 }), { minLength: 1, maxLength: 20 }), (lengths) => {
      const writer = new OggOpusWriter(7, 'test');
      const reader = new OggPackets();
      const pages = [
        ...writer.headers(),
        ...lengths.map((length, index) => writer.page([packetOf(index, length)], 20)),
      ];
      for (const page of pages) expect(checkOggPages(page).ok).toBe(true);
      const read = reader.read(joined(...pages.slice(0, 2)));
      expect(read).toMatchObject({ packets: [], begins: true, lost: 0 });
      const packets = pages.slice(2).flatMap((page) => [...reader.read(page).packets]);
      expect(packets.map(({ length }) => length)).toEqual(lengths);
    }),
  );
});

test('a page that never came is counted, one that comes late or twice is not played', () => {
  const writer = new OggOpusWriter(1, 'test');
  const reader = new OggPackets();
  const [head, tags] = writer.headers();
  const [a, b, c, d] = [1, 2, 3, 4].map((fill) => writer.page([packetOf(fill)], 20));
  const nothing = new Uint8Array();
  reader.read(joined(head ?? nothing, tags ?? nothing));
  expect(fills(reader.read(a ?? nothing))).toEqual([1]);
  expect(reader.read(c ?? nothing)).toMatchObject({ lost: 1, late: 0 });
  expect(reader.read(b ?? nothing)).toMatchObject({ packets: [], late: 1 });
  expect(reader.read(c ?? nothing)).toMatchObject({ packets: [], late: 1 });
  expect(fills(reader.read(d ?? nothing))).toEqual([4]);
});

test('another stream begins by itself; a reader that joins in the middle plays from there', () => {
  const reader = new OggPackets();
  const first = new OggOpusWriter(1, 'test');
  first.headers();
  first.page([packetOf(1)], 20);
  expect(reader.read(first.page([packetOf(2)], 20))).toMatchObject({ begins: true, lost: 0 });
  expect(reader.read(new OggOpusWriter(2, 'test').headers()[0] ?? new Uint8Array()).begins).toBe(true);
});

test('numbers that jump far are another stream: nobody is silent for a beginning that was lost', () => {
  const reader = new OggPackets();
  const numbered = (sequence: number) => {
    const page = new OggOpusWriter(1, 'test').page([packetOf(sequence & 255)], 20).slice();
    new DataView(page.buffer).setUint32(18, sequence, true);
    return withCrc(page);
  };
  reader.read(numbered(4_000));
  expect(reader.read(numbered(3))).toMatchObject({ begins: true, lost: 0, late: 0 });
  expect(reader.read(numbered(0xffff_ffff))).toMatchObject({ begins: true, lost: 0 });
  expect(fills(reader.read(numbered(4)))).toEqual([4]);
});

test('a packet over two pages is put together, and lost with either half', () => {
  const whole = packetOf(9, 300);
  const page = (sequence: number, flags: number, lacing: readonly number[], body: Uint8Array) => {
    // The writer never splits; other encoders do.
    const writer = new OggOpusWriter(5, 'test');
    for (let count = 0; count < sequence; count += 1) writer.page([packetOf(0)], 20);
    const made = writer.page([new Uint8Array(Math.max(0, body.length))], 20);
    const head = made.slice(0, 27);
    head[5] = flags;
    head[26] = lacing.length;
    return withCrc(joined(head, Uint8Array.from(lacing), body));
  };
  const first = page(0, 0, [255], whole.subarray(0, 255));
  const second = page(1, 1, [45], whole.subarray(255));
  const reader = new OggPackets();
  expect(reader.read(first).packets).toEqual([]);
  expect(reader.read(second).packets).toEqual([whole]);
  expect(new OggPackets().read(second).packets).toEqual([]);
});

test('whatever comes, it never throws and says so', () => {
  const good = new OggOpusWriter(3, 'test').page([packetOf(1), packetOf(2)], 40);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(good.length), (noise, cut) => {
      const reader = new OggPackets();
      expect(reader.read(joined(good.subarray(0, cut), noise)).packets.length).toBeLessThanOrEqual(2);
      if (cut > 0 && cut < good.length) expect(reader.read(good.subarray(0, cut)).broken).toBe(1);
    }),
  );
});

/** The page with the right checksum. */
function withCrc(page: Uint8Array): Uint8Array {
  const made = page.slice();
  new DataView(made.buffer).setUint32(22, oggCrc(made), true);
  return made;
}
