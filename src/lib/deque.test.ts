import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from './deque.ts';

test('behaves like an array that is pushed and shifted', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 5_000 }), (steps) => {
      const deque = new Deque<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === undefined) expect(deque.shift()).toBe(model.shift());
        else {
          deque.push(step);
          model.push(step);
        }
        expect(deque.length).toBe(model.length);
        expect(deque.at(0)).toBe(model[0]);
        expect(deque.last()).toBe(model.at(-1));
      }
    }),
    { numRuns: 30 },
  );
});

test('stays right past the point where it cuts its front off', () => {
  const deque = new Deque<number>();
  for (let n = 0; n < 10_000; n += 1) deque.push(n);
  for (let n = 0; n < 9_000; n += 1) expect(deque.shift()).toBe(n);
  expect([deque.length, deque.at(0), deque.at(-1), deque.at(1_000)]).toEqual([1_000, 9_000, undefined, undefined]);
});
