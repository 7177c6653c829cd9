import { expect, test } from 'vitest';
import { askedBoxes } from './view.ts';

test('boxes are snapped outwards, split at 180°, and none at all for the world', () => {
  expect(askedBoxes([[8.1, 47.1, 8.4, 47.4]])).toEqual([[8, 47, 8.5, 47.5]]);
  expect(askedBoxes([[-190, -30, -150, 30]])).toEqual([
    [170, -30, 180, 30],
    [-180, -30, -150, 30],
  ]);
  expect(askedBoxes([[-180, -90, 180, 90]])).toEqual([]);
  expect(askedBoxes([])).toEqual([]);
});

test('two views of about the same ask one question', () => {
  expect(
    askedBoxes([
      [8.1, 47.1, 8.4, 47.4],
      [8.2, 47.2, 8.3, 47.3],
    ]),
  ).toHaveLength(1);
});

test.each([null, 'world', [[1, 2, 3]], [[0, 0, Number.NaN, 1]], Array.from({ length: 5 }, () => [0, 0, 1, 1])])(
  '%j are no boxes',
  (raw) => {
    expect(askedBoxes(raw)).toBeUndefined();
  },
);
