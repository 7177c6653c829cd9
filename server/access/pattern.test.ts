import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern, isPattern } from './pattern.ts';

test.each([
  ['events/lab.*', 'events/lab.notes', true],
  ['events/lab.*', 'events/lab.notes/old', false],
  ['events/*', 'events/lab', true],
  ['events/*', 'events/lab/notes', false],
  ['events/*', 'events/', false],
  ['events/**', 'events/lab/notes/old', true],
  ['events/**', 'events', false],
  ['device/*/values', 'device/b-1/values', true],
  ['device/*/values', 'device/b-1/console', false],
  ['bench-*-a', 'bench-7-a', true],
  ['bench-*-a', 'bench-a', false],
  ['**', 'anything/at/all', true],
  ['**', '', false],
  ['boards', 'boards', true],
  ['boards', 'boards2', false],
  ['*', 'Boards', true],
])('%s on %s: %s', (pattern, name, matches) => {
  expect(compilePattern(pattern)(name)).toBe(matches);
});

test.each(['', '/', 'a/', '/a', 'a//b', '**/a', 'a**', 'a b', 'a/**b', 'ä', 'a\n', 'x'.repeat(129)])(
  '%j is no pattern, and is never silently one that allows',
  (text) => {
    expect(isPattern(text)).toBe(false);
    expect(() => compilePattern(text)).toThrow(RangeError);
  },
);

const word = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
const name = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join('/'));

test('a name is its own pattern, ** allows all, and a star never crosses a slash', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(compilePattern(a)(a)).toBe(true);
      expect(compilePattern(a)(b)).toBe(a === b);
      expect(compilePattern('**')(a)).toBe(true);
      const stars = a.replace(/[^/]+/g, '*');
      expect(compilePattern(stars)(b)).toBe(a.split('/').length === b.split('/').length);
    }),
  );
});

test('the same as a regular expression would say, for any pattern of stars', () => {
  const starred = fc
    .array(fc.stringMatching(/^[ab*]{1,8}$/), { minLength: 1, maxLength: 3 })
    .map((words) => words.join('/'))
    .filter(isPattern);
  const named = fc
    .array(fc.stringMatching(/^[ab]{1,8}$/), { minLength: 1, maxLength: 3 })
    .map((words) => words.join('/'));
  fc.assert(
    fc.property(starred, named, (pattern, text) => {
      const body = pattern
        .split('/')
        .map((part) => (part === '**' ? '.+' : part.replaceAll('*', '[^/]*')))
        .join('/');
      expect(compilePattern(pattern)(text)).toBe(new RegExp(`^${body}$`).test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('whatever text is asked about is answered, in time that does not explode', () => {
  const bomb = compilePattern(`${'*a'.repeat(60)}*b`);
  expect(bomb('a'.repeat(10_000))).toBe(false);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(typeof compilePattern('events/**')(text)).toBe('boolean');
    }),
  );
});
