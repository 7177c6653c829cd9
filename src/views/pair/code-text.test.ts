import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOfHash, formatCode, isWholeCode } from './code-text.ts';

test.each([
  ['7kq2', '7KQ2'],
  ['7kq2m', '7KQ2-M'],
  [' 7KQ2 – mxrd ', '7KQ2-MXRD'],
  ['7KQ2-MXRD-more', '7KQ2-MXRD'],
  ['', ''],
])('typed %j is shown as %j', (typed, shown) => {
  expect(formatCode(typed)).toBe(shown);
  expect(formatCode(shown)).toBe(shown);
});

test('a link brings a whole code or none, whatever is in it', () => {
  expect(codeOfHash('#7KQ2-MXRD')).toBe('7KQ2-MXRD');
  expect(codeOfHash('#7KQ2')).toBe('');
  expect(codeOfHash('')).toBe('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = codeOfHash(`#${text}`);
      expect(code === '' || (isWholeCode(code) && /^[A-Z0-9]{4}-[A-Z0-9]{4}$/.test(code))).toBe(true);
    }),
  );
});
