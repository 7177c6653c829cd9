import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOriginAllowed } from './origin.ts';
import { TokenBucket } from './token-bucket.ts';

test.each([
  [undefined, 'localhost:7420', 'localhost', true],
  ['http://localhost:7420', 'localhost:7420', 'localhost', true],
  ['http://localhost:7421', '127.0.0.1:7420', 'localhost', true],
  ['http://[::1]:7420', '[::1]:7420', 'localhost', true],
  ['https://evil.example', 'localhost:7420', 'localhost', false],
  ['http://localhost.evil.example', 'localhost:7420', 'localhost', false],
  ['null', 'localhost:7420', 'localhost', false],
  ['http://evil.example:7420', 'evil.example:7420', 'localhost', false],
  [undefined, undefined, 'localhost', false],
  [undefined, 'evil.example', '127.0.0.1', false],
  ['http://lab.example', 'lab.example', '0.0.0.0', true],
  ['http://other.example', 'lab.example', '0.0.0.0', false],
  ['file:///etc/passwd', 'localhost:7420', 'localhost', false],
])('origin %s at host %s bound to %s: %s', (origin, host, boundTo, allowed) => {
  expect(isOriginAllowed(origin, host, boundTo)).toBe(allowed);
});

test('a bucket never gives more than its rate and burst, whatever is asked when', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -50, max: 500 }), fc.integer({ min: 1, max: 20 }))), (asks) => {
      const bucket = new TokenBucket(100, 50, 0);
      let now = 0;
      let passedMs = 0;
      let taken = 0;
      for (const [stepMs, amount] of asks) {
        now += stepMs;
        passedMs += Math.max(0, stepMs);
        if (bucket.take(amount, now) === 0) taken += amount;
      }
      expect(taken).toBeLessThanOrEqual(50 + passedMs * 0.1 + 1e-6);
    }),
  );
});

test('a bucket says when to come back, and is right', () => {
  const bucket = new TokenBucket(10, 5, 0);
  expect(bucket.take(5, 0)).toBe(0);
  expect(bucket.take(2, 0)).toBe(200);
  expect(bucket.take(2, 199)).toBe(1);
  expect(bucket.take(2, 200)).toBe(0);
});
