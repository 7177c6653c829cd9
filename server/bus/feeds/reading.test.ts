import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeOf } from '../../../src/decode/message-time.ts';
import { FakeClock } from '../../fake-clock.ts';
import type { FeedParts } from './feed.ts';
import { FeedTally } from './feed-stats.ts';
import { FeedTarget } from './feed-target.ts';
import { PubSubFeed } from './pubsub-feeds.ts';
import { readMessage } from './read-message.ts';
import { parseGlob } from './redis-glob.ts';
import { reasonOf } from './redis-link.ts';
import { canonical, isBenign, SameMessages } from './same-message.ts';
import { escapeKey, keyAt, unescapeKey } from './state-key.ts';
import { recordingBus } from './test-bus.ts';
import { isPrivileged, withheldBecause, withheldIn } from './withhold.ts';

const NOON = Date.UTC(2026, 8, 2, 12, 0, 0);

describe('times', () => {
  test.each([
    ['2026-09-02T12:00:00', NOON],
    ['2026-09-02 12:00:00.123456', NOON + 123],
    ['2026-09-02T12:00:00.5Z', NOON + 500],
    ['2026-09-02T14:00:00.000999+0200', NOON],
    ['2026-09-02T14:00:00+02:00', NOON],
    ['2026-09-02T10:00:00-02', NOON],
    [NOON / 1_000, NOON],
    [NOON, NOON],
    [String(NOON / 1_000), NOON],
    [NOON / 1_000 + 0.25, NOON + 250],
  ])('%s', (value, expected) => {
    expect(timeOf(value)).toBe(expected);
  });

  test.each([
    '',
    'now',
    '2026-02-30T00:00:00',
    '2026-09-02',
    '2026-13-02T00:00:00',
    0,
    -1,
    Number.NaN,
    NOON * 1_000,
    null,
    {},
  ])('none: %s', (value) => {
    expect(timeOf(value)).toBeUndefined();
  });
});

test('patterns: as Redis reads them, and which of them could meet', () => {
  const matches = (pattern: string, name: string) => parseGlob(pattern).matches(name);
  expect(matches('mycorrhizae:*', 'mycorrhizae:device.MB-7.telemetry')).toBe(true);
  expect(matches('h?llo', 'hello')).toBe(true);
  expect(matches('h[a-e]llo', 'hello')).toBe(true);
  expect(matches('h[^e]llo', 'hello')).toBe(false);
  expect(matches('a\\*', 'a*')).toBe(true);
  expect(matches('a\\*', 'ab')).toBe(false);
  expect(matches('*'.repeat(200).concat('b'), 'a'.repeat(5_000))).toBe(false);
  const meet = (a: string, b: string) => parseGlob(a).overlaps(parseGlob(b));
  expect(meet('mas:*', 'mas:memory:*')).toBe(true);
  expect(meet('*', 'audit:*')).toBe(true);
  expect(meet('agents:*', 'agent:*')).toBe(false);
  expect(meet('[a-c]udit:events', 'audit:*')).toBe(true);
  expect(meet('*:events', 'audit:*')).toBe(true);
});

test('patterns that meet have a common name, and the other way round', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
  fc.assert(
    fc.property(pattern, pattern, name, (a, b, one) => {
      const [left, right] = [parseGlob(a), parseGlob(b)];
      if (left.matches(one) && right.matches(one)) expect(left.overlaps(right)).toBe(true);
      expect(left.overlaps(right)).toBe(right.overlaps(left));
    }),
  );
});

test('what is private cannot be opened by any pattern that could meet it', () => {
  for (const name of [
    'audit:events',
    'mas:memory:sync',
    'myca:events',
    'ows:payments',
    'ws:x',
    'agent:7',
    '*',
    'm*',
    'agent*',
    '?ws:*',
  ])
    expect(withheldIn(name), name).toBeDefined();
  for (const name of ['agents:status', 'mas:events', 'mycorrhizae:device.*', 'entities:*', 'security:*'])
    expect(withheldIn(name), name).toBeUndefined();
  expect(withheldBecause('mycorrhizae:device.MB-7.command')).toBeDefined();
  expect(withheldBecause('mycorrhizae:device.MB-7.commands.ack')).toBeDefined();
  expect(withheldBecause('mycorrhizae:device.commander.telemetry')).toBeUndefined();
  expect(['security:x', 'agents:*', 'agents:tasks'].map(isPrivileged)).toEqual([true, true, true]);
  expect(isPrivileged('agents:status')).toBe(false);
});

test('keys: any id that fits comes back as it was, and no two share one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (id) => {
      const key = escapeKey(id);
      if (key === undefined) return;
      expect(key).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
      expect(unescapeKey(key)).toBe(id.trim());
    }),
  );
  expect(keyAt({ data: { mmsi: 366999712 } }, ['data.icao24', 'data.mmsi'])).toBe('366999712');
  expect(keyAt({ data: 1 }, ['data.constructor.name'])).toBeUndefined();
});

test('the same message: whatever its spacing and the order of its names', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const reordered = JSON.parse(JSON.stringify(value), (_, inner) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).reverse())
          : inner,
      );
      expect(canonical(reordered)).toBe(canonical(value));
      expect(isBenign(value)).toBe(canonical(value) !== undefined);
    }),
  );
});

test('a repeat within a minute is known; without a time of its own only while nothing else came', () => {
  const same = new SameMessages();
  expect(same.isRepeat('c', 'x', true, 0)).toBe(false);
  expect(same.isRepeat('c', 'y', true, 1)).toBe(false);
  expect(same.isRepeat('c', 'x', true, 2)).toBe(true);
  expect(same.isRepeat('c', 'x', true, 60_001)).toBe(false);
  expect(same.isRepeat('c', 'block', false, 60_002)).toBe(false);
  expect(same.isRepeat('c', 'block', false, 60_003)).toBe(true);
  expect(same.isRepeat('c', 'unblock', false, 60_004)).toBe(false);
  expect(same.isRepeat('c', 'block', false, 60_005)).toBe(false);
});

function makeFeed() {
  const clock = new FakeClock();
  const { bus, taken } = recordingBus();
  const tally = new FeedTally({ source: 's', from: 'c', to: 'events/feed/c' }, () => undefined);
  const logged: unknown[] = [];
  const parts: FeedParts = {
    tally,
    target: new FeedTarget(bus, clock, 'events/feed/c'),
    clock,
    isOurs: () => true,
    log: (one) => logged.push(one),
  };
  return { clock, bus, taken, tally, logged, feed: new PubSubFeed({ pattern: 'c*', to: 'events/feed/c' }, parts) };
}

test('hostile bytes: each message goes on or is counted with its reason, and what goes on can be printed again', () => {
  const wrapperLike = fc
    .record(
      { channel: fc.anything(), data: fc.jsonValue(), timestamp: fc.jsonValue(), source: fc.jsonValue() },
      { requiredKeys: [] },
    )
    .map((value) => Buffer.from(JSON.stringify(value)));
  const cut = fc.tuple(wrapperLike, fc.nat(200)).map(([bytes, at]) => bytes.subarray(0, at));
  const flipped = fc.tuple(wrapperLike, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length] = value;
    return copy;
  });
  const nan = fc
    .constantFrom('NaN', '[NaN , -Infinity]', '{"a": NaN, "b":"NaN"}', '{"a":NaNa}', ' NaN', '[nan]')
    .map((text) => Buffer.from(text));
  const raw = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
  const channel = fc.oneof(fc.constant(Buffer.from('c1')), raw);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(raw, wrapperLike, cut, flipped, nan), channel)), (messages) => {
      const { feed, tally, taken } = makeFeed();
      for (const [bytes, name] of messages) feed.take(bytes, name);
      const { received, delivered, dropped } = tally.stats(0);
      expect(received).toBe(messages.length);
      expect(delivered + Object.values(dropped).reduce((sum, n) => sum + n, 0)).toBe(received);
      for (const { publication } of taken) expect(() => JSON.parse(JSON.stringify(publication))).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

test('nesting that would overflow a stack, and keys that touch a prototype, are refused', () => {
  const { feed, tally, taken } = makeFeed();
  const channel = Buffer.from('c');
  feed.take(Buffer.from('['.repeat(130_000) + ']'.repeat(130_000)), channel);
  feed.take(Buffer.from('{"channel":"c","data":{"__proto__":{"isAdmin":true}}}'), channel);
  expect(taken).toEqual([]);
  expect(tally.stats(0).dropped).toEqual({ 'hostile-shape': 2 });
});

test('wrapped only with a channel that is text and data; arrays and single values go on as data', () => {
  const data = (text: string) => {
    const read = readMessage('c', Buffer.from(text), 5);
    return read.ok ? read.record : read.why;
  };
  expect(data('{"channel":7,"data":1}')).toMatchObject({ data: { channel: 7, data: 1 }, atFrom: 'arrival', at: 5 });
  expect(data('{"channel":"c","data":null}')).toMatchObject({ data: null, source: null, flags: [] });
  expect(data('[1]')).toMatchObject({ data: [1] });
  expect(data('7')).toMatchObject({ data: 7 });
  expect(data('NaN')).toMatchObject({ data: null, flags: ['nan-repaired'] });
  expect(data('{"a": NaN , "b": "x: NaN,"}')).toMatchObject({ data: { a: null, b: 'x: NaN,' } });
  expect(data('')).toBe('bad-json');
});

test('complaints are logged once in ten seconds, with the number of those that were not', () => {
  const { feed, clock, logged } = makeFeed();
  for (let n = 0; n < 5; n++) feed.take(Buffer.from('x'.repeat(500)), Buffer.from('c'));
  clock.advance(10_000);
  feed.take(Buffer.from('y'), Buffer.from('c'));
  const common = { source: 's', from: 'c', why: 'bad-json' };
  expect(logged).toEqual([
    { ...common, excerpt: 'x'.repeat(200), unlogged: 0 },
    { ...common, excerpt: 'y', unlogged: 4 },
  ]);
});

test('what the bus refuses is a gap before the next record that passes', () => {
  const { feed, bus, taken, tally, clock } = makeFeed();
  bus.refuses = { ok: false, error: { code: 'bus-down', message: 'down' }, retryAfterMs: undefined };
  feed.take(Buffer.from('1'), Buffer.from('c'));
  feed.take(Buffer.from('2'), Buffer.from('c'));
  clock.advance(1_000);
  bus.refuses = undefined;
  feed.take(Buffer.from('3'), Buffer.from('c'));
  expect(taken.map(({ publication }) => publication)).toMatchObject([
    { t: 'gap', gap: { why: 'link-lost', count: 2, fromMs: clock.now() - 1_000, toMs: clock.now() } },
    { t: 'events', records: [{ data: 3 }] },
  ]);
  expect(tally.stats(clock.now())).toMatchObject({ delivered: 1, dropped: { 'bus-refused': 2 } });
});

test('why a link was lost is told without addresses', () => {
  // Put together here, so that no such address stands in the repository.
  const inner = [10, 0, 0, 7].join('.');
  expect(reasonOf(new Error(`MOVED 3999 ${inner}:6381`))).toBe('MOVED 3999 [address]:6381');
});
