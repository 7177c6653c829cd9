import { expect, test } from 'vitest';
import { AnswerCache, type KeptAnswer, nextSlot } from './answer-cache.ts';

const answer = (bytes: number): KeptAnswer => ({
  status: 200,
  type: 'application/json',
  body: Buffer.alloc(bytes),
  etag: '"x"',
  upstreamEtag: undefined,
  headers: {},
});

test('bounded in number: the one unused for longest goes', () => {
  const cache = new AnswerCache({ maxEntries: 2, maxBytes: 1e9 });
  const first = cache.entry('a', 'crep', '/a');
  cache.entry('b', 'crep', '/b');
  expect(cache.entry('a', 'crep', '/a')).toBe(first);
  cache.entry('c', 'crep', '/c');
  expect(cache.entry('a', 'crep', '/a'), 'was used').toBe(first);
  expect([cache.size, cache.evicted]).toEqual([2, 1]);
});

test('bounded in bytes: a longer answer drives others out, a shorter one gives room back', () => {
  const cache = new AnswerCache({ maxEntries: 100, maxBytes: 20_000 });
  const a = cache.entry('a', 'crep', '/a');
  cache.keep(a, answer(8_000), 1);
  const b = cache.entry('b', 'crep', '/b');
  cache.keep(b, answer(8_000), 1);
  expect(cache.size).toBe(2);
  cache.keep(b, answer(100), 2);
  expect(cache.bytes).toBe(2 * 1_024 + 8_100);
  cache.keep(b, answer(18_000), 3);
  expect(cache.size).toBe(1);
  expect(cache.bytes).toBe(1_024 + 18_000);
});

test('what is being asked for stays, and a change makes what is above and below it be asked anew', () => {
  const cache = new AnswerCache({ maxEntries: 1, maxBytes: 1e9 });
  const asking = cache.entry('a', 'mas-scientific', '/scientific/experiments');
  asking.asking = Promise.resolve();
  const other = cache.entry('b', 'mas-scientific', '/scientific/instruments');
  expect(cache.entry('a', 'mas-scientific', '/scientific/experiments')).toBe(asking);
  asking.nextAt = 99;
  other.nextAt = 99;
  cache.forget('mas-scientific', '/scientific/experiments/E-1/start');
  expect([asking.nextAt, other.nextAt]).toEqual([0, 99]);
});

test('a list whose path ends in a slash is above what is in it, too', () => {
  const cache = new AnswerCache({ maxEntries: 10, maxBytes: 1e9 });
  const list = cache.entry('a', 'mas-topology', '/agents/registry/');
  list.nextAt = 99;
  cache.forget('mas-topology', '/agents/registry/activate/search');
  expect(list.nextAt).toBe(0);
});

test('what had to go before it was answered costs nothing afterwards', () => {
  const cache = new AnswerCache({ maxEntries: 100, maxBytes: 20_000 });
  const big = cache.entry('a', 'crep', '/a');
  big.asking = Promise.resolve();
  cache.keep(big, answer(30_000), 1);
  const late = cache.entry('b', 'crep', '/b');
  late.asking = Promise.resolve();
  cache.keep(late, answer(5_000), 1);
  big.asking = undefined;
  late.asking = undefined;
  cache.entry('c', 'crep', '/c');
  cache.drop('a');
  cache.drop('b');
  cache.drop('c');
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
});

test('failures take room, too', () => {
  const cache = new AnswerCache({ maxEntries: 100, maxBytes: 20_000 });
  for (let n = 0; n < 10; n++) {
    const entry = cache.entry(`${n}`, 'crep', `/${n}`);
    cache.fail(entry, { why: 'html', answer: answer(8_000), retryAfterMs: undefined });
  }
  expect(cache.size).toBe(2);
  expect(cache.bytes).toBe(2 * (1_024 + 8_000));
});

test('somebody who asks about once in a cadence is answered anew nearly every time, fifty cost one a slot', () => {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const asks = (viewers: number): number => {
    const entry = { firstAt: undefined, nextAt: 0 };
    const polls = Array.from({ length: viewers }, () => {
      const times: number[] = [];
      for (let at = random() * 1_000; at < 600_000; at += 9_000 + random() * 2_000) times.push(at);
      return times;
    });
    let asked = 0;
    for (const at of polls.flat().sort((a, b) => a - b)) {
      if (at < entry.nextAt) continue;
      asked++;
      entry.nextAt = nextSlot(entry, at, 10_000);
    }
    return asked;
  };
  expect(asks(1)).toBeGreaterThan(45);
  expect(asks(50)).toBeLessThanOrEqual(60);
});
