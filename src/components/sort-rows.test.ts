import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextSort, type SortValue, sortRows } from './sort-rows.ts';

const value = fc.oneof(fc.double(), fc.constant(undefined), fc.integer());

test('sorting keeps every row, orders what is known and puts the unknown last both ways', () => {
  fc.assert(
    fc.property(fc.array(value), fc.boolean(), (values, down) => {
      const rows = values.map((key, index) => ({ key, index }));
      const sorted = sortRows(rows, ({ key }) => key, down);
      expect(new Set(sorted)).toEqual(new Set(rows));
      const isKnown = (key: SortValue): key is number => typeof key === 'number' && !Number.isNaN(key);
      const known = sorted.filter(({ key }) => isKnown(key)).map(({ key }) => key as number);
      expect(sorted.slice(0, known.length).every(({ key }) => isKnown(key))).toBe(true);
      for (let i = 1; i < known.length; i += 1) {
        const [a, b] = [known[i - 1] ?? 0, known[i] ?? 0];
        expect(down ? a >= b : a <= b).toBe(true);
      }
    }),
  );
});

test('words sort as people count', () => {
  expect(sortRows(['probe 10', 'Probe 2', 'probe 1'], (word) => word, false)).toEqual([
    'probe 1',
    'Probe 2',
    'probe 10',
  ]);
});

test('a head goes up, down, and back to the order of arrival', () => {
  const up = nextSort(undefined, 'name');
  expect(up).toEqual({ column: 'name', down: false });
  expect(nextSort(up, 'name')).toEqual({ column: 'name', down: true });
  expect(nextSort({ column: 'name', down: true }, 'name')).toBeUndefined();
  expect(nextSort({ column: 'age', down: true }, 'name')).toEqual({ column: 'name', down: false });
});
