import { expect, test } from 'vitest';
import { approximateBytes } from './approximate-bytes.ts';

test('grows with what it is given and ends on a value that contains itself', () => {
  expect(approximateBytes('x'.repeat(1_000))).toBeGreaterThan(1_000);
  expect(approximateBytes({ a: [1, 2, { hex: 'ff'.repeat(500) }] })).toBeGreaterThan(1_000);
  expect(approximateBytes(new Uint8Array(500))).toBeGreaterThan(500);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(approximateBytes(circle)).toBeLessThan(1_000);
});
