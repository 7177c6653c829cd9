import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitArray } from './split-array.ts';

function split(text: string): { readonly items: readonly string[]; readonly isWhole: boolean } {
  const items: string[] = [];
  const parts = splitArray(Buffer.from(text));
  for (let next = parts.next(); ; next = parts.next()) {
    if (next.done === true) return { items, isWhole: next.value };
    items.push(next.value.toString());
  }
}

test('the items of any array, however it is spaced, each as it would be alone', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (values, space) => {
      const { items, isWhole } = split(` ${JSON.stringify(values, undefined, space)}\n`);
      expect(isWhole).toBe(true);
      expect(items.map((item) => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

test('an array that was cut anywhere is not whole', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.nat(), (values, at) => {
      const text = JSON.stringify(values);
      expect(split(text.slice(0, at % text.length)).isWhole).toBe(false);
    }),
  );
});

test.each(['', '{}', '7', '[1]]', '[1] x', '["a]', '[[1]'])('not an array, or not only one: %s', (text) => {
  expect(split(text).isWhole).toBe(false);
});

test('any bytes at all end', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', '1') }),
      (text) => void split(text),
    ),
  );
});
