import { expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.ts';
import { IdempotencyKeys, KEY_MS } from './idempotency-keys.ts';

test('a key that ran out and was used again is as young as its last use', () => {
  const clock = new FakeClock();
  const keys = new IdempotencyKeys(clock);
  const cursor = { epoch: 'e', offset: 0 };
  keys.set('events/x', 'again', cursor);
  keys.set('events/x', 'once', cursor);
  clock.advance(KEY_MS);
  expect(keys.get('events/x', 'again')).toBeUndefined();
  keys.set('events/x', 'again', { epoch: 'e', offset: 7 });
  for (let n = 0; n < 65_535; n++) keys.set('events/x', `k${n}`, cursor);
  expect(keys.get('events/x', 'again')).toEqual({ epoch: 'e', offset: 7 });
  expect(keys.get('events/x', 'once')).toBeUndefined();
});
