import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchingBrace } from './balanced-brace.ts';
import { parseJsonObject, parseJsonObjectRepaired } from './json-object.ts';
import { repairNan } from './nan-repair.ts';

test.each(['[1]', '3', 'null', '"x"', '', '{', '{"a":1} x', '{a:1}'])('"%s" is not an object', (text) => {
  expect(parseJsonObject(text)).toBeUndefined();
});

test('a key __proto__ is a key like any other', () => {
  const value = parseJsonObject('{"__proto__":{"ok":true}}');
  expect(Object.keys(value ?? {})).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each(['1e999', '-1e999', '1e+400', `1${'0'.repeat(400)}`, `${'9'.repeat(250)}e99`, '1e0000000999'])(
  '%s is too large for a double: null',
  (number) => {
    expect(parseJsonObject(`{"a":${number},"b":[${number}],"c":2}`)).toEqual({ a: null, b: [null], c: 2 });
  },
);

test('a number too large for a double is found wherever it begins', () => {
  for (let blanks = 0; blanks < 120; blanks++) {
    const text = `{"bme688":1,${' '.repeat(blanks)}"a":${'9'.repeat(309)}}`;
    expect(parseJsonObject(text), `${blanks} blanks`).toEqual({ bme688: 1, a: null });
  }
});

test('large numbers that fit stay', () => {
  expect(parseJsonObject('{"a":1e308,"b":1e-400,"c":12345678901234567000}')).toEqual({
    a: 1e308,
    b: 0,
    c: 12345678901234567000,
  });
});

test('whatever is parsed can be printed and parsed again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const parsed = parseJsonObject(JSON.stringify(value));
      expect(JSON.stringify(parsed)).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))));
    }),
  );
});

test('depth is refused or read, never thrown', () => {
  for (const depth of [100, 10_000, 200_000]) {
    expect(() => parseJsonObject(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`)).not.toThrow();
    expect(parseJsonObject(`{"a":${'['.repeat(depth)}`)).toBeUndefined();
  }
});

test.each([
  ['{"t":nan}', '{"t":null}'],
  ['{"t":-NaN,"u":[inf,-INF,1]}', '{"t":null,"u":[null,null,1]}'],
  ['[nan,nan,nan]', '[null,null,null]'],
  ['{"a":"x:nan,\\"inf,","b":nan}', '{"a":"x:nan,\\"inf,","b":null}'],
])('repairs %s', (text, repaired) => {
  expect(repairNan(text)).toBe(repaired);
});

test.each(['{"t":nano}', '{"t": nan}', '{"t":nan }', '{"nan":1}', '{"t":"nan"}', '{"t":1}', '{"t":Infinity}'])(
  'leaves %s alone',
  (text) => {
    expect(repairNan(text)).toBeUndefined();
  },
);

test('tries the text as it is first', () => {
  expect(parseJsonObjectRepaired('{"a":":nan,"}')).toEqual({ value: { a: ':nan,' }, repaired: false });
  expect(parseJsonObjectRepaired('{"a":nan}')).toEqual({ value: { a: null }, repaired: true });
  expect(parseJsonObjectRepaired('{"a":nan')).toBeUndefined();
});

test.each([
  ['{}', 0, 1],
  ['x{"a":{"b":1}}y', 1, 13],
  ['{"a":"}"}', 0, 8],
  ['{"a":"\\"}"}', 0, 10],
  ['{"a":"}', 0, -1],
  ['{{}', 0, -1],
])('matching brace of %s from %i is %i', (text, open, close) => {
  expect(matchingBrace(text, open)).toBe(close);
});
