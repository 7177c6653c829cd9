import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEntries } from './entry.ts';

const entry = (body: string, head = 'e epoch 3 1 2 7 1000 1001 node') => `${head} ${Buffer.byteLength(body)}\n${body}`;

test('entries come one after the other, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (bodies) => {
      const parsed = parseEntries(Buffer.from(bodies.map((body) => entry(body)).join('')));
      expect(parsed?.map(({ body }) => body.toString())).toEqual(bodies.map((body) => Buffer.from(body).toString()));
    }),
  );
  expect(parseEntries(Buffer.from(entry('[1,2]')))).toMatchObject([
    { kind: 'e', epoch: 'epoch', offset: 3, k: 1, count: 2, number: 7, at: 1_000, node: 'node' },
  ]);
});

test('what somebody else wrote is no entry, and does no harm', () => {
  for (const head of [
    'e epoch -1 1 2 7 1 1 node',
    'e epoch 1.5 1 2 7 1 1 node',
    'e epoch x 1 2 7 1 1 node',
    'z e 1 1 2 7 1 1 n',
  ])
    expect(parseEntries(Buffer.from(entry('1', head)))).toBeUndefined();
  expect(parseEntries(Buffer.from('e epoch 3 1 2 7 1000 1001 node 99\nshort'))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const parsed = parseEntries(Buffer.from(bytes));
      expect(parsed === undefined || Array.isArray(parsed)).toBe(true);
    }),
  );
  // One bit wrong anywhere: still only something or nothing.
  const good = Buffer.from(entry('[1]') + entry('[2]'));
  for (let bit = 0; bit < good.length * 8; bit++) {
    const bad = Buffer.from(good);
    bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    for (const { offset, count } of parseEntries(bad) ?? []) expect(Number.isSafeInteger(offset + count)).toBe(true);
  }
});
