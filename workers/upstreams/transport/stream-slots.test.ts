import { expect, test } from 'vitest';
import { StreamSlots } from './stream-slots.ts';

const URL = 'http://lab:8080/stream';

test('a place that becomes free is for who waits longest, not for who is quickest', () => {
  const slots = new StreamSlots();
  const [first, second, waits, late] = [{}, {}, {}, {}];
  const giveBack = slots.take(URL, 2, first, 0);
  slots.take(URL, 2, second, 0);
  expect(slots.take(URL, 2, waits, 1_000)).toBeUndefined();
  expect(slots.take(URL, 2, late, 2_000)).toBeUndefined();
  giveBack?.();
  // Its server ended it, and it is back at once.
  expect(slots.take(URL, 2, first, 2_100)).toBeUndefined();
  expect(slots.take(URL, 2, late, 6_000)).toBeUndefined();
  expect(slots.take(URL, 2, waits, 6_100)).toBeTypeOf('function');
});

test('who waited and was stopped keeps nobody out', () => {
  const slots = new StreamSlots();
  const [holds, stopped, waits] = [{}, {}, {}];
  const giveBack = slots.take(URL, 1, holds, 0);
  expect(slots.take(URL, 1, stopped, 0)).toBeUndefined();
  expect(slots.take(URL, 1, waits, 1_000)).toBeUndefined();
  giveBack?.();
  expect(slots.take(URL, 1, waits, 6_000)).toBeUndefined();
  expect(slots.take(URL, 1, waits, 16_000)).toBeTypeOf('function');
});

test('places at one host are not those of another', () => {
  const slots = new StreamSlots();
  expect(slots.take(URL, 1, {}, 0)).toBeTypeOf('function');
  expect(slots.take('http://other:8080/stream', 1, {}, 0)).toBeTypeOf('function');
});
