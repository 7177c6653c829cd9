import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Seen } from './seen.ts';

test('knows at least the newest half, and what is said again and again', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30).map(String)), (keys) => {
      const seen = new Seen(20);
      keys.forEach((key, index) => {
        const recent = new Set(keys.slice(Math.max(0, index - 10), index));
        if (recent.has(key)) expect(seen.add(key)).toBe(false);
        else if (!keys.slice(0, index).includes(key)) expect(seen.add(key)).toBe(true);
        else seen.add(key);
        expect(seen.has(key)).toBe(true);
      });
    }),
  );
});

test('forgets the oldest', () => {
  const seen = new Seen(4);
  for (const key of ['a', 'b', 'c', 'd', 'e']) seen.add(key);
  expect(seen.has('a')).toBe(false);
  expect(seen.has('e')).toBe(true);
});
