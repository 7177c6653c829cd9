import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type ClientFrame, clientFrame } from './client-frame.ts';
import { deflateFrame, payloadOf } from './frame-encode.ts';
import { type FrameLimits, FrameParser } from './frame-parser.ts';
import { type Heard, HeardFrames, parseInChunks } from './heard-frames.ts';
import type { WireRefusal } from './wire-refusals.ts';

const LIMITS: FrameLimits = { maxMessageBytes: 300_000, maxFragments: 64 };

/** What is heard, the same in whatever pieces the bytes come. */
function heard(frames: readonly (ClientFrame | Buffer | string)[], deflate = false, limits = LIMITS): readonly Heard[] {
  const bytes = Buffer.concat(
    frames.map((frame) =>
      typeof frame === 'string'
        ? Buffer.from(frame.replaceAll(' ', ''), 'hex')
        : Buffer.isBuffer(frame)
          ? frame
          : clientFrame(frame),
    ),
  );
  const whole = parseInChunks(bytes, [bytes.length], limits, deflate).heard;
  const odd = bytes.length > 4_000 ? [1, 1, 3, 997, 4_093] : [1];
  for (const sizes of [odd, [2], [3], [1, 5, 2, 7, 1, 64, 13], [bytes.length - 1], [1, bytes.length]])
    expect(parseInChunks(bytes, sizes, limits, deflate).heard, `chunks of ${sizes}`).toEqual(whole);
  return whole;
}

const text = (value: string): Heard => ({ is: 'text', text: value });
const hexed = (is: 'binary' | 'ping' | 'pong', bytes: Uint8Array | string = ''): Heard => ({
  is,
  hex: Buffer.from(bytes).toString('hex'),
});
const refused = (code: WireRefusal, closeCode = 1002): Heard => ({ is: 'refused', code, closeCode });
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

test('the masked "Hello" of RFC 6455, as bytes', () => {
  expect(heard(['81 85 37fa213d 7f9f4d5158'])).toEqual([text('Hello')]);
});

test('several frames in a chunk, of every kind', () => {
  expect(
    heard([
      '81 85 37fa213d 7f9f4d5158',
      '89 80 00000000',
      '82 83 01010101 000302',
      '8a 81 ff000000 be',
      '81 80 12345678',
      '88 82 00000000 03e8',
    ]),
  ).toEqual([
    text('Hello'),
    hexed('ping'),
    { is: 'binary', hex: '010203' },
    hexed('pong', 'A'),
    text(''),
    { is: 'close', code: 1000, reason: '' },
  ]);
});

test.each([0, 1, 125, 126, 127, 128, 65_535, 65_536])('messages of %i bytes, text and binary', (length) => {
  const payload = Buffer.alloc(length, '*');
  expect(heard([{ opcode: TEXT, payload }])).toEqual([text('*'.repeat(length))]);
  expect(heard([{ opcode: BINARY, payload: payload.fill(0xfe) }])).toEqual([hexed('binary', payload)]);
});

test('a length longer than it need be is read all the same', () => {
  expect(heard([{ opcode: TEXT, payload: 'ab', lengthBytes: 2 }])).toEqual([text('ab')]);
  expect(heard([{ opcode: TEXT, payload: 'ab', lengthBytes: 8 }])).toEqual([text('ab')]);
});

test('pings and pongs give back their payload, up to 125 bytes', () => {
  const binary = Buffer.from('00fffefdfcfb00ff', 'hex');
  expect(heard([{ opcode: PING }, { opcode: PING, payload: 'Hello' }, { opcode: PING, payload: binary }])).toEqual([
    hexed('ping'),
    hexed('ping', 'Hello'),
    hexed('ping', binary),
  ]);
  expect(heard([{ opcode: PING, payload: Buffer.alloc(125, 0xfe) }])).toEqual([hexed('ping', Buffer.alloc(125, 0xfe))]);
  expect(heard([{ opcode: PONG, payload: 'nobody asked' }, { opcode: PING }])).toEqual([
    hexed('pong', 'nobody asked'),
    hexed('ping'),
  ]);
});

test.each([CLOSE, PING, PONG])('control frame %i longer than 125 bytes is refused', (opcode) => {
  expect(heard([{ opcode, payload: Buffer.alloc(126) }])).toEqual([refused('ws-control-too-long')]);
  expect(heard([{ opcode, payload: 'x', lengthBytes: 2 }])).toEqual([refused('ws-control-too-long')]);
  expect(heard([{ opcode, payload: 'x', lengthBytes: 8 }])).toEqual([refused('ws-control-too-long')]);
});

test.each([0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70])('reserved bits %i are refused', (rsv) => {
  expect(heard([{ opcode: TEXT, payload: 'a' }, { opcode: TEXT, payload: 'b', rsv }, { opcode: PING }])).toEqual([
    text('a'),
    refused('ws-reserved-bits'),
  ]);
  for (const opcode of [BINARY, CLOSE, PING, PONG])
    expect(heard([{ opcode, rsv, payload: 'ab' }])).toEqual([refused('ws-reserved-bits')]);
});

test.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])('opcode %i is refused', (opcode) => {
  expect(heard([{ opcode: TEXT, payload: 'a' }, { opcode, payload: 'b' }, { opcode: PING }])).toEqual([
    text('a'),
    refused('ws-bad-opcode'),
  ]);
});

test.each([TEXT, BINARY, CLOSE, PING, PONG])('an unmasked frame is refused: opcode %i', (opcode) => {
  expect(heard([{ opcode, payload: 'a', mask: undefined }])).toEqual([refused('ws-unmasked')]);
});

test('fragments are put together, in two or in many, some of them empty', () => {
  const start = { opcode: TEXT, fin: false } as const;
  const more = { opcode: 0, fin: false } as const;
  expect(
    heard([
      { ...start, payload: 'frag' },
      { opcode: 0, payload: 'ment' },
    ]),
  ).toEqual([text('fragment')]);
  expect(heard([{ ...start }, { ...more }, { opcode: 0 }])).toEqual([text('')]);
  expect(heard([{ ...start }, { ...more, payload: 'middle' }, { opcode: 0 }])).toEqual([text('middle')]);
  expect(
    heard([
      { opcode: BINARY, fin: false, payload: 'a' },
      { ...more, payload: 'b' },
      { ...more, payload: 'c' },
      { opcode: 0, payload: 'd' },
      { opcode: TEXT, payload: 'next' },
    ]),
  ).toEqual([hexed('binary', 'abcd'), text('next')]);
});

test('control frames come through between fragments, at once', () => {
  const start = { opcode: TEXT, fin: false, payload: 'frag' } as const;
  expect(
    heard([
      start,
      { opcode: PING, payload: 'p' },
      { opcode: 0, fin: false },
      { opcode: PONG },
      { opcode: 0, payload: 'ment' },
    ]),
  ).toEqual([hexed('ping', 'p'), hexed('pong'), text('fragment')]);
  expect(
    heard([start, { opcode: CLOSE, payload: Buffer.from('03e8', 'hex') }, { opcode: 0, payload: 'ment' }]),
  ).toEqual([{ is: 'close', code: 1000, reason: '' }]);
});

test.each([CLOSE, PING, PONG])('control frame %i in fragments is refused', (opcode) => {
  expect(
    heard([
      { opcode, fin: false, payload: 'ab' },
      { opcode: 0, payload: 'cd' },
    ]),
  ).toEqual([refused('ws-control-fragmented')]);
});

test('a continuation of nothing, and a message within a message, are refused', () => {
  const more = { opcode: 0, fin: false, payload: 'x' } as const;
  const text1 = { opcode: TEXT, payload: 'a' } as const;
  expect(heard([more])).toEqual([refused('ws-bad-continuation')]);
  expect(heard([{ ...more, fin: true }, text1])).toEqual([refused('ws-bad-continuation')]);
  expect(heard([text1, { ...more, fin: true }])).toEqual([text('a'), refused('ws-bad-continuation')]);
  for (const opcode of [TEXT, BINARY])
    expect(heard([{ opcode, fin: false, payload: 'a' }, text1])).toEqual([refused('ws-bad-continuation')]);
  expect(heard([{ opcode: TEXT, fin: false, payload: 'a' }, { opcode: 0, payload: 'b' }, more])).toEqual([
    text('ab'),
    refused('ws-bad-continuation'),
  ]);
});

test.each([
  ['κόσμε', 'cebae1bdb9cf83cebcceb5'],
  ['one of each length', '7fc280dfbfe0a080efbfbff0908080f48fbfbf'],
  ['around the surrogates', 'ed9fbfee8080efbfbd'],
  ['not characters, but valid', 'efbfbeefbfbff09fbfbe'],
  ['a zero', '00'],
])('valid text: %s', (_, hex) => {
  const payload = Buffer.from(hex, 'hex');
  expect(heard([{ opcode: TEXT, payload }])).toEqual([text(payload.toString())]);
  // Cut within characters.
  for (let at = 0; at <= payload.length; at++)
    expect(
      heard([
        { opcode: TEXT, fin: false, payload: payload.subarray(0, at) },
        { opcode: 0, payload: payload.subarray(at) },
      ]),
    ).toEqual([text(payload.toString())]);
});

test.each([
  ['a surrogate', 'cebae1bdb9eda080656469746564'],
  ['above U+10FFFF', 'f4908080'],
  ['five bytes', 'f888808080'],
  ['overlong slash', 'c0af'],
  ['overlong, three bytes', 'e09fbf'],
  ['overlong, four bytes', 'f08fbfbf'],
  ['a lone continuation', '80'],
  ['cut short', 'e1bd'],
  ['never in UTF-8', 'fe'],
  ['the last byte of a long text', `${'20'.repeat(400)}ff`],
])('invalid text is refused: %s', (_, hex) => {
  const payload = Buffer.from(hex, 'hex');
  expect(heard([{ opcode: TEXT, payload }])).toEqual([refused('ws-bad-utf8', 1007)]);
  expect(heard([{ opcode: TEXT, fin: false, payload }, { opcode: 0 }])).toEqual([refused('ws-bad-utf8', 1007)]);
  expect(heard([{ opcode: BINARY, payload }])).toEqual([hexed('binary', payload)]);
  expect(
    heard([{ opcode: CLOSE, payload: Buffer.concat([Buffer.from('03e8', 'hex'), payload.subarray(-100)]) }]),
  ).toEqual([refused('ws-bad-utf8', 1007)]);
});

const closing = (code: number, reason = ''): ClientFrame => {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
  payload.writeUInt16BE(code);
  return { opcode: CLOSE, payload };
};

test('close frames: without code, with one, with the longest reason', () => {
  expect(heard([{ opcode: CLOSE }])).toEqual([{ is: 'close', code: 1005, reason: '' }]);
  expect(heard([closing(1000, 'Hello World!')])).toEqual([{ is: 'close', code: 1000, reason: 'Hello World!' }]);
  expect(heard([closing(1001, '*'.repeat(123))])).toEqual([{ is: 'close', code: 1001, reason: '*'.repeat(123) }]);
});

test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])('close code %i', (code) => {
  expect(heard([closing(code, 'µ')])).toEqual([{ is: 'close', code, reason: 'µ' }]);
});

test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
  'close code %i is refused',
  (code) => {
    expect(heard([closing(code)])).toEqual([refused('ws-bad-close-code')]);
  },
);

test('half a close code is refused', () => {
  expect(heard([{ opcode: CLOSE, payload: 'x' }])).toEqual([refused('ws-bad-close-code')]);
});

test('nothing is heard after a close', () => {
  for (const after of [{ opcode: TEXT, payload: 'late' }, { opcode: PING }, closing(1001), '00', 'ffffffffff'])
    expect(heard([closing(1000), after])).toEqual([{ is: 'close', code: 1000, reason: '' }]);
});

test('a message may be as long as the limit and no byte longer, whole or in fragments', () => {
  const limits = { maxMessageBytes: 1_000, maxFragments: 8 };
  const payload = Buffer.alloc(1_000, 'x');
  const half = payload.subarray(500);
  const tooBig = refused('ws-message-too-big', 1009);
  expect(heard([{ opcode: BINARY, payload }], false, limits)).toEqual([hexed('binary', payload)]);
  expect(heard([{ opcode: BINARY, payload: Buffer.alloc(1_001) }], false, limits)).toEqual([tooBig]);
  const start = { opcode: BINARY, fin: false, payload: half };
  expect(heard([start, { opcode: PING }, { opcode: 0, payload: half }], false, limits)).toEqual([
    hexed('ping'),
    hexed('binary', payload),
  ]);
  expect(heard([start, { opcode: PING }, { opcode: 0, payload: payload.subarray(499) }], false, limits)).toEqual([
    hexed('ping'),
    tooBig,
  ]);
});

test('a promised length is refused before a byte of it came', () => {
  expect(heard(['82 ff 0000000100000000'])).toEqual([refused('ws-message-too-big', 1009)]);
  expect(heard(['82 ff 001fffffffffffff'])).toEqual([refused('ws-message-too-big', 1009)]);
  expect(heard(['82 ff 7fffffffffffffff'])).toEqual([refused('ws-message-too-big', 1009)]);
  expect(heard(['82 ff 8000000000000000'])).toEqual([refused('ws-bad-length')]);
  expect(heard(['82 ff ffffffffffffffff'])).toEqual([refused('ws-bad-length')]);
});

test('a message may come in so many fragments and no more', () => {
  const limits = { maxMessageBytes: 1_000, maxFragments: 4 };
  const start = { opcode: TEXT, fin: false, payload: 'a' } as const;
  const more = { opcode: 0, fin: false, payload: 'b' } as const;
  const last = { opcode: 0, payload: 'c' } as const;
  expect(heard([start, more, more, last, start, more, more, last], false, limits)).toEqual([
    text('abbc'),
    text('abbc'),
  ]);
  expect(heard([start, more, more, more, last], false, limits)).toEqual([refused('ws-too-many-fragments', 1008)]);
  const empty = { opcode: 0, fin: false } as const;
  expect(heard([start, empty, empty, empty, empty], false, limits)).toEqual([refused('ws-too-many-fragments', 1008)]);
});

test.each([65_536, 262_144])('%i bytes in fragments of many sizes', (length) => {
  const payload = Buffer.from(Uint8Array.from({ length }, (_, at) => at * 31));
  for (const size of [length / 64, length / 4 + 1, length - 1]) {
    const frames: ClientFrame[] = [];
    for (let at = 0; at < length; at += size)
      frames.push({
        opcode: at === 0 ? BINARY : 0,
        fin: at + size >= length,
        payload: payload.subarray(at, at + size),
      });
    expect(heard(frames)).toEqual([hexed('binary', payload)]);
  }
});

// permessage-deflate

const deflated = (payload: string | Uint8Array): Buffer => payloadOf(deflateFrame(Buffer.from(payload), 'text'));
const RSV1 = 0x40;

test.each([
  ['one block', 'f248cdc9c90700'],
  ['no compression', '000500faff48656c6c6f00'],
  ['BFINAL set', 'f348cdc9c9070000'],
  ['two blocks', 'f248050000 00ffffcac9c90700'],
])('the compressed "Hello" of RFC 7692 §7.2.3: %s', (_, hex) => {
  const payload = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  expect(heard([{ opcode: TEXT, rsv: RSV1, payload }], true)).toEqual([text('Hello')]);
  const start = { opcode: TEXT, rsv: RSV1, fin: false, payload: payload.subarray(0, 3) };
  expect(heard([start, { opcode: PING }, { opcode: 0, payload: payload.subarray(3) }], true)).toEqual([
    hexed('ping'),
    text('Hello'),
  ]);
});

test('an empty compressed message, as one byte or as none', () => {
  expect(heard([{ opcode: TEXT, rsv: RSV1, payload: Buffer.alloc(1) }], true)).toEqual([text('')]);
  expect(heard([{ opcode: BINARY, rsv: RSV1 }], true)).toEqual([hexed('binary')]);
});

test.each([16, 64, 256, 1_024, 4_096, 32_768, 131_072])(
  'compressed and plain messages of %i bytes by turns',
  (length) => {
    const json = JSON.stringify(Array.from({ length }, (_, at) => `{"at":${at}}`)).slice(0, length);
    const one = { opcode: TEXT, rsv: RSV1, payload: deflated(json) };
    expect(heard([one, { opcode: TEXT, payload: json }, one], true)).toEqual([text(json), text(json), text(json)]);
  },
);

test('compressed text must be UTF-8 as well, also when its compressed bytes are all ASCII', () => {
  for (const payload of [deflated(Buffer.from('c0af', 'hex')), Buffer.from('5a791700', 'hex')])
    expect(heard([{ opcode: TEXT, rsv: RSV1, payload }], true)).toEqual([refused('ws-bad-utf8', 1007)]);
});

test('a compressed message that was cut anywhere is refused, never taken for a shorter one', () => {
  const payload = deflated('a message about which half is missing, and more of it is missing');
  for (let end = 1; end < payload.length; end++)
    expect(heard([{ opcode: TEXT, rsv: RSV1, payload: payload.subarray(0, end) }], true), `${end} bytes`).toEqual([
      refused('ws-bad-deflate', 1007),
    ]);
});

test('only the first frame of a message is marked as compressed', () => {
  const payload = deflated('Hello');
  const start = { opcode: TEXT, rsv: RSV1, fin: false, payload: payload.subarray(0, 2) };
  const rest = payload.subarray(2);
  expect(heard([start, { opcode: 0, rsv: RSV1, payload: rest }], true)).toEqual([refused('ws-reserved-bits')]);
  expect(
    heard(
      [
        { ...start, rsv: 0 },
        { opcode: 0, rsv: RSV1, payload: rest },
      ],
      true,
    ),
  ).toEqual([refused('ws-reserved-bits')]);
  expect(heard([{ opcode: PING, rsv: RSV1 }], true)).toEqual([refused('ws-reserved-bits')]);
});

test.each([
  ['not deflate', Buffer.from('ffffffff', 'hex')],
  ['a window of the message before', deflateRawSync('Hello Hello', { dictionary: Buffer.from('Hello Hello') })],
])('a message that cannot be inflated is refused: %s', (_, payload) => {
  expect(heard([{ opcode: TEXT, rsv: RSV1, payload }], true)).toEqual([refused('ws-bad-deflate', 1007)]);
});

test('a compressed bomb is refused, the largest message is not', () => {
  const limits = { maxMessageBytes: 100_000, maxFragments: 8 };
  const bomb = deflated(Buffer.alloc(50_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  expect(heard([{ opcode: BINARY, rsv: RSV1, payload: bomb }], true, limits)).toEqual([
    refused('ws-message-too-big', 1009),
  ]);
  expect(heard([{ opcode: BINARY, rsv: RSV1, payload: deflated(Buffer.alloc(100_001)) }], true, limits)).toEqual([
    refused('ws-message-too-big', 1009),
  ]);
  expect(heard([{ opcode: TEXT, rsv: RSV1, payload: deflated(Buffer.alloc(100_000, 'x')) }], true, limits)).toEqual([
    text('x'.repeat(100_000)),
  ]);
});

// memory and lifetime

test('nothing is held between messages, whatever pieces they came in', () => {
  const bytes = Buffer.concat([
    clientFrame({ opcode: TEXT, payload: 'x'.repeat(300) }),
    clientFrame({ opcode: TEXT, fin: false, payload: 'x' }),
    clientFrame({ opcode: PING, payload: 'x' }),
    clientFrame({ opcode: 0, payload: 'x'.repeat(2_000) }),
    clientFrame({ opcode: PONG, payload: 'x' }),
  ]);
  for (const sizes of [[bytes.length], [1], [7], [350, 1, 9, 1_000]])
    expect(parseInChunks(bytes, sizes, LIMITS).held).toBe(0);
});

test('what is held grows with what came, not with what was promised', () => {
  const frame = clientFrame({ opcode: BINARY, payload: Buffer.alloc(250_000) });
  expect(parseInChunks(frame.subarray(0, 20), [20], LIMITS).mostHeld).toBeLessThanOrEqual(64);
  expect(parseInChunks(frame.subarray(0, 5_000), [50], LIMITS).mostHeld).toBeLessThanOrEqual(10_000);
  expect(parseInChunks(frame, [1_000], LIMITS).mostHeld).toBeLessThanOrEqual(250_014);
});

test('a whole frame in its chunk is held nowhere: the message is the chunk', () => {
  const chunk = clientFrame({ opcode: BINARY, payload: Buffer.alloc(1_000, 7) });
  let shared = false;
  const frames = new HeardFrames();
  frames.onMessage = (data) => {
    shared = data.buffer === chunk.buffer && data.length === 1_000;
  };
  const parser = new FrameParser(frames, LIMITS);
  parser.push(chunk);
  expect(shared).toBe(true);
  expect(parser.heldBytes).toBe(0);
});

test('a handler may stop the parser in the middle of a chunk', () => {
  const frames = new HeardFrames();
  const parser = new FrameParser(frames, LIMITS);
  const onMessage = frames.onMessage.bind(frames);
  frames.onMessage = (data, isBinary) => {
    onMessage(data, isBinary);
    parser.stop();
  };
  const chunk = Buffer.concat([1, 2, 3].map((at) => clientFrame({ opcode: TEXT, payload: `message ${at}` })));
  parser.push(chunk.subarray(0, 4));
  parser.push(chunk.subarray(4));
  parser.push(clientFrame({ opcode: TEXT, payload: 'late' }));
  expect(frames.all).toEqual([text('message 1')]);
  expect(parser.stopped).toBe(true);
  expect(parser.heldBytes).toBe(0);
});

test('a refusal is told once, with what the peer should know', () => {
  const told: unknown[] = [];
  const frames = new HeardFrames();
  frames.onError = (...all: unknown[]) => told.push(all);
  const parser = new FrameParser(frames, LIMITS);
  for (let again = 0; again < 3; again++) parser.push(clientFrame({ opcode: TEXT, mask: undefined }));
  expect(told).toEqual([['ws-unmasked', 1002, 'a client must mask its frames']]);
});
