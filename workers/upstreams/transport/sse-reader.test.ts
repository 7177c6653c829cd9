import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerEvent } from '../line.ts';
import { readSse } from './sse-reader.ts';

function read(chunks: readonly Uint8Array[], maxBytes = 1_000) {
  const events: ServerEvent[] = [];
  const comments: string[] = [];
  const ids: string[] = [];
  let tooLarge = 0;
  const feed = readSse({
    maxBytes,
    onEvent: (event) => events.push(event),
    onComment: (text) => comments.push(text),
    onId: (id) => ids.push(id),
    onTooLarge: () => tooLarge++,
  });
  for (const chunk of chunks) feed(chunk);
  return { events, comments, ids, tooLarge };
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes cut at places between 0 and 1. */
function cutAt(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => Math.floor(place * whole.length)).sort((a, b) => a - b), whole.length];
  return at.slice(1).map((end, index) => whole.subarray(at[index], end));
}

test('lines may end in three ways, a BOM may lead, several lines of data are one', () => {
  const one = '\uFEFF: hi\r\nevent: reading\rid: 7\ndata: a\r\ndata:b\r\r\ndata\n\n';
  expect(read([bytes(one)])).toMatchObject({
    events: [
      { event: 'reading', id: '7', data: 'a\nb' },
      { event: 'message', id: undefined, data: '' },
    ],
    comments: ['hi'],
    ids: ['7'],
  });
});

test('a block without its empty line is no event, neither is one without data', () => {
  expect(read([bytes('event: x\n\ndata: half\n')]).events).toEqual([]);
});

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.constantFrom('data', 'data:', ': comment', 'event: naïve', 'id: 3', 'id: ü', 'retry: 10', 'nonsense', '', '', ''),
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 40 })
  .map((lines) => bytes(lines.flat().join('')));

test('however a stream is cut, it says the same', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (whole, places) => {
      const expected = read([whole]);
      expect(read(cutAt(whole, places))).toEqual(expected);
      expect(read([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('any bytes at all are read without throwing', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => void read(chunks)));
});

test('an event that is too large ends it, told once, whether it comes in pieces or in one', () => {
  const large = bytes(`data: ${'x'.repeat(2_000)}\n\ndata: small\n\n`);
  expect(read([large])).toMatchObject({ events: [], tooLarge: 1 });
  expect(read(cutAt(large, [0.1, 0.2, 0.3, 0.5, 0.9]))).toMatchObject({ events: [], tooLarge: 1 });
});
