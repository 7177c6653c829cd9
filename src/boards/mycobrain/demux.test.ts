import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BoardItem } from '../../contract/board-item.ts';
import { encodeCobs } from '../../decode/cobs.ts';
import { crc16CcittFalse } from '../../decode/crc16.ts';
import { encodeMdpFrame, MDP_ADDRESS, MDP_TYPE } from '../../decode/mdp-frame.ts';
import { createDemux } from './demux.ts';

const utf8 = new TextEncoder();
const MAX_PENDING_BYTES = 4096;

const join = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? utf8.encode(part) : part)]));

const frame = (seq: number, body = '{"success":true}') =>
  encodeMdpFrame({ type: MDP_TYPE.ack, seq, src: MDP_ADDRESS.sideA, dst: MDP_ADDRESS.host }, utf8.encode(body));

interface Placed {
  readonly item: BoardItem;
  readonly from: number;
  readonly to: number;
}

function demultiplex(bytes: Uint8Array, nextLength: () => number = () => bytes.length): Placed[] {
  const placed: Placed[] = [];
  const demux = createDemux((item, from, to) => {
    placed.push({ item, from, to });
  });
  for (let at = 0; at < bytes.length; ) {
    const to = Math.min(bytes.length, at + nextLength());
    demux.feed(bytes.subarray(at, to));
    expect(demux.pendingBytes).toBeLessThanOrEqual(MAX_PENDING_BYTES);
    at = to;
  }
  expect(demux.consumed).toBe(bytes.length);
  return placed;
}

const itemsOf = (bytes: Uint8Array): BoardItem[] => demultiplex(bytes).map(({ item }) => item);
/** An item in a word: its error, its text, or its kind. */
const brief = (item: BoardItem): string =>
  item.kind === 'error' ? `!${item.error}` : item.kind === 'text' ? item.text : `<${item.kind}>`;
const briefly = (bytes: Uint8Array): string[] => itemsOf(bytes).map(brief);

describe('where an item came from', () => {
  test('a line, a frame and a chunk name their own bytes, end byte included', () => {
    const wire = frame(9);
    const bytes = join('scan ok\r\n', wire, 'I2C scan:\0', '\n\n{"ok":true}\n');
    const text = new TextDecoder('latin1');
    const pieces = demultiplex(bytes).map(({ from, to }) => bytes.slice(from, to));
    expect(pieces[1]).toEqual(wire);
    expect([0, 2, 3].map((i) => text.decode(pieces[i]))).toEqual(['scan ok\r\n', 'I2C scan:\0', '{"ok":true}\n']);
  });

  test('offsets go on over more bytes than the demultiplexer keeps', () => {
    const line = 'a line of text\n';
    const placed = demultiplex(utf8.encode(line.repeat(20_000)), () => 977);
    expect(placed).toHaveLength(20_000);
    expect(placed.at(-1)).toMatchObject({ from: 19_999 * line.length, to: 20_000 * line.length });
  });

  test('the line feed that turns out to be a code byte belongs to the frame too', () => {
    const ack = encodeMdpFrame(
      { type: MDP_TYPE.ack, seq: 0x01020309, ack: 7, src: MDP_ADDRESS.sideA, dst: MDP_ADDRESS.host },
      utf8.encode('{"success":true}'),
    );
    const wire = join(Uint8Array.of(0x0a), ack.slice(1));
    const placed = demultiplex(join('x', wire));
    expect(ack[0]).toBe(0x0a);
    expect(placed.map(({ item, from, to }) => [brief(item), from, to])).toEqual([
      ['x', 0, 2],
      ['<mdp>', 1, 1 + wire.length],
    ]);
  });
});

describe('bad input has a name, and the next good item comes through', () => {
  const deep = (open: string, close: string, depth: number) => `{"a":${open.repeat(depth)}1${close.repeat(depth)}}`;
  const damaged = frame(3);
  damaged[damaged.length - 8] = (damaged[damaged.length - 8] ?? 0) ^ 0x40;

  test.each<[string, Uint8Array, string[]]>([
    ['a frame that never ends', join(frame(1).slice(0, 12), 'x'.repeat(3000), '\n'), ['!oversize']],
    ['a damaged frame', damaged, ['!crc_mismatch']],
    ['a frame cut short', join(frame(1).slice(0, 20), '\0'), ['!cobs_invalid']],
    ['the signature and no more', Uint8Array.of(3, 0x5a, 0xa1, 0), ['!too_short']],
    ['a frame of another version', versionTwo(), ['!bad_version']],
    ['noise', Uint8Array.of(0xfe, 0xff, 0x80, 0xc0, 0x0a), ['!unrecognized']],
    ['invalid UTF-8', join('ab', Uint8Array.of(0xff, 0xff, 0xc0), '\n'), ['!unrecognized']],
    ['control bytes', join('abc', Uint8Array.of(7), '\n'), ['!unrecognized']],
    ['a flood of NULs', new Uint8Array(100_000), []],
    ['a flood of line ends', new Uint8Array(100_000).fill(10), []],
    ['an endless line', join('x'.repeat(200_000), '\n'), ['!line_too_long']],
    ['a line that is never closed', join('{"a":1', '\n'), ['!json_invalid']],
    ['nothing but braces', join('{'.repeat(4000), '\n'), ['!json_invalid']],
    ['deep JSON that is never closed', join(`{"a":${'['.repeat(4000)}`, '\n'), ['!json_invalid']],
    ['deep JSON', join(deep('[', ']', 2000), '\n'), ['<json>']],
    ['deep objects with junk behind', join(deep('{"a":', '}', 600), ' junk\n'), ['!json_invalid']],
  ])('%s', (_, bad, expected) => {
    expect(briefly(join(bad, 'status ok\n', frame(7)))).toEqual([...expected, 'status ok', '<mdp>']);
  });

  /** Version 2, with the CRC that goes with it: that check comes first. */
  function versionTwo(): Uint8Array {
    const raw = Uint8Array.of(0x5a, 0xa1, 2, ...new Uint8Array(13).fill(1), 0, 0);
    const crc = crc16CcittFalse(raw, 0, 16);
    return join(encodeCobs(Uint8Array.of(...raw.slice(0, 16), crc & 0xff, crc >> 8)), '\0');
  }

  test('a foreign frame is refused by its magic', () => {
    const hex = '26027b22636f6d6d616e64223a227365745f6c6564222c2276616c7565223a373434327d940b00';
    expect(briefly(Uint8Array.from(Buffer.from(hex, 'hex')))).toEqual(['!bad_magic']);
  });

  test('a key __proto__ neither changes objects nor makes a shape', () => {
    const [item] = itemsOf(utf8.encode('{"__proto__":{"ok":true,"type":"tele"},"x":1}\n'));
    expect(item).toMatchObject({ kind: 'json', shape: 'json_other' });
    expect(({} as Record<string, unknown>).ok).toBeUndefined();
  });

  test('numbers beyond a double are null, so an item is still JSON', () => {
    const items = itemsOf(utf8.encode('{"type":"tele","seq":1e999,"t_ms":[-1e999]}\n'));
    expect(items).toEqual([
      { kind: 'json', shape: 'tele', value: { type: 'tele', seq: null, t_ms: [null] }, salvaged: false },
    ]);
    expect(JSON.parse(JSON.stringify(items))).toEqual(items);
  });
});

describe('giving up on a frame', () => {
  test('every single flipped bit is told, and never hides the frame behind it', () => {
    const wire = frame(0x1234, '{"type":"telemetry","uptime_s":412,"estop":false}');
    for (let bit = 0; bit < wire.length * 8; bit++) {
      const flipped = wire.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const got = briefly(join(flipped, frame(2)));
      expect(got.at(-1), `bit ${bit}`).toBe('<mdp>');
      expect(
        got.filter((word) => word === '<mdp>'),
        `bit ${bit}`,
      ).toHaveLength(1);
      expect(
        got.some((word) => word.startsWith('!')),
        `bit ${bit}`,
      ).toBe(true);
    }
  });

  test('complete lines behind a damaged frame come out, debris does not', () => {
    const cut = frame(1).slice(0, 20);
    expect(briefly(join(cut, 'rest of a line\r\nab\nI2C scan:\nxy\n\0', 'ok\n'))).toEqual([
      '!cobs_invalid',
      'I2C scan:',
      'xy',
      'ok',
    ]);
  });

  test('the first item ends the silence: later errors are told again', () => {
    const cut = frame(1).slice(0, 20);
    const noise = Uint8Array.of(0xfe, 0xff, 0x80, 0xc0, 0x0a);
    expect(briefly(join(cut, '\n', noise, 'a good line\n', noise, '\0'))).toEqual([
      '!cobs_invalid',
      'a good line',
      '!unrecognized',
    ]);
  });
});

/** Pieces of real traffic, cut and damaged. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.integer({ min: 0, max: 0xffff_ffff }).map((seq) => frame(seq)),
  fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.nat(50)).map(([seq, length]) => frame(seq).slice(0, length)),
  fc
    .constantFrom(
      '{"type":"tele","seq":1}\n',
      '{"ok":tru',
      'dbg ON\r\n',
      '\n',
      '\0',
      '{"t":nan}\n',
      'é\n',
      ' \r',
      '{{}',
    )
    .map((text) => utf8.encode(text)),
  fc
    .constantFrom([0x5a, 0xa1], [0x0a, 0x5a, 0xa1], [0x04, 0x5a, 0xa1, 0x01], [0xa1], [0x5a])
    .map((b) => Uint8Array.from(b)),
  fc
    .tuple(fc.constantFrom(0x78, 0x20, 0x7b, 0xc3), fc.integer({ min: 1190, max: 4100 }))
    .map(([b, n]) => new Uint8Array(n).fill(b)),
);

test('any bytes, in any cut, give the same items at the same places', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
      (pieces, lengths) => {
        const bytes = join(...pieces);
        let turn = 0;
        const cut = demultiplex(bytes, () => lengths[turn++ % lengths.length] ?? 1);
        const whole = demultiplex(bytes);
        expect(cut).toEqual(whole);
        expect(demultiplex(bytes, () => 1)).toEqual(whole);
        for (const { from, to } of whole) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(bytes.length);
        }
      },
    ),
  );
});
