import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CustomFeed, FeedRecord } from '../../contract/upstream/custom-feed.ts';
import type { Out, Rows } from '../out.ts';
import { FeedCurves } from './feed-curves.ts';
import { leavesOf, valueAt } from './field-path.ts';
import { readFeedMessage as readMessage } from './read-item.ts';
import { suggestMapping } from './suggest-mapping.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const context = { now: NOW, simulated: false };

function recorder() {
  const puts = new Map<string, FeedRecord>();
  const events: FeedRecord[] = [];
  const rows: Rows[] = [];
  const counts: string[] = [];
  const out: Out = {
    put: (_part, key, record) => void puts.set(key, record as FeedRecord),
    remove: () => undefined,
    replace: () => undefined,
    event: (_part, record) => void events.push(record as FeedRecord),
    rows: (_part, batch) => void rows.push(batch),
    gap: () => undefined,
    count: (what, reason) => void counts.push(`${what}:${reason}`),
  };
  return { out, puts, events, rows, counts };
}

const readFeedMessage = (feed: CustomFeed, message: unknown, { now, simulated }: typeof context, out: Out): void =>
  readMessage(feed, message, { now, simulated }, out, new FeedCurves());

const feed = (map: CustomFeed['map']): CustomFeed => ({
  id: 'freezers',
  name: 'Freezers',
  url: 'http://localhost:1/feed',
  transport: 'sse',
  staleMs: 10_000,
  map,
});

test('a list of readings becomes rows named by their keys, at their own times', () => {
  const message = {
    readings: [
      { device: 'f1', ts: '2026-11-26T11:59:58Z', data: { temp: -79.5, door: 'shut' } },
      { device: 'f2', ts: 1795694399, data: { temp: '-80.1' } },
    ],
  };
  const map = suggestMapping([message], NOW);
  expect(map).toEqual({
    kind: 'samples',
    items: 'readings',
    key: 'device',
    time: 'ts',
    values: [{ path: 'data.temp', name: 'data.temp', unit: '' }],
  });
  const { out, puts, rows, counts } = recorder();
  readFeedMessage(feed(map), message, context, out);
  expect(rows.map(({ series, times, columns }) => [series, times[0], columns[0]?.[0]])).toEqual([
    [['f1.data.temp'], NOW - 2_000, -79.5],
    [['f2.data.temp'], 1_795_694_399_000, -80.1],
  ]);
  expect(puts.get('f1')).toMatchObject({ atFrom: 'source', provenance: 'unknown', source: 'Freezers' });
  expect(counts).toEqual([]);
});

test('a bare number is plotted, text is listed', () => {
  expect(suggestMapping([21.5], NOW)).toEqual({ kind: 'samples', values: [{ path: '', name: 'value', unit: '' }] });
  const map = suggestMapping([{ message: 'door opened' }], NOW);
  expect(map.kind).toBe('events');
  const { out, events } = recorder();
  readFeedMessage(feed(map), { message: 'door opened' }, context, out);
  expect(events[0]).toMatchObject({ at: NOW, atFrom: 'arrival', text: '{"message":"door opened"}' });
});

test('what does not fit the description is counted by what is missing', () => {
  const { out, puts, rows, counts } = recorder();
  const map = {
    kind: 'samples',
    items: 'list',
    key: 'id',
    time: 't',
    values: [{ path: 'v', name: 'v', unit: 'V' }],
  } as const;
  readFeedMessage(feed(map), { other: 1 }, context, out);
  readFeedMessage(
    feed(map),
    {
      list: [
        { v: 1, t: NOW },
        { id: 'a', t: 'soon', v: 2 },
        { id: 'b', t: NOW, v: 'NaN' },
      ],
    },
    context,
    out,
  );
  expect(counts).toEqual(['dropped:no-list', 'dropped:no-key', 'dropped:no-time', 'dropped:no-number']);
  expect(rows).toHaveLength(1);
  expect(puts.get('a')?.atFrom).toBe('arrival');
  expect(puts.get('b')?.values).toEqual([{ name: 'v', unit: 'V', value: null }]);
});

test('names like __proto__ are names', () => {
  const hostile: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}');
  expect(leavesOf(hostile)).toEqual([
    ['__proto__.polluted', 1],
    ['constructor', 2],
  ]);
  expect(valueAt(hostile, 'toString')).toBeUndefined();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('any JSON under any suggested description is read without throwing, and never as more rows than items', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), (messages) => {
      const map = suggestMapping(messages, NOW);
      for (const message of messages) {
        const { out, rows, events, counts } = recorder();
        readFeedMessage(feed(map), message, context, out);
        const items =
          map.items === undefined ? 1 : Number((valueAt(message, map.items) as { length?: number })?.length ?? 0);
        expect(rows.length + events.length).toBeLessThanOrEqual(Math.max(1, items));
        if (rows.length + events.length === 0 && items > 0) expect(counts.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});

const keyed: CustomFeed['map'] = {
  kind: 'samples',
  key: 'id',
  time: 't',
  values: [{ path: 'v', name: 'v', unit: '' }],
};

test('what is asked again is drawn once, and a curve never goes back in time', () => {
  const { out, rows, puts, counts } = recorder();
  const curves = new FeedCurves();
  const read = (id: string, t: number, v: number) => readMessage(feed(keyed), { id, t, v }, context, out, curves);
  read('a', NOW - 1_000, 1);
  read('a', NOW - 1_000, 1);
  read('a', NOW - 5_000, 0);
  read('b', NOW - 3_000, 7);
  read('a', NOW, 2);
  expect(rows.map(({ series, times, columns }) => [series[0], times[0], columns[0]?.[0]])).toEqual([
    ['a.v', NOW - 1_000, 1],
    ['b.v', NOW - 1_000, 7],
    ['a.v', NOW, 2],
  ]);
  expect(puts.get('b')?.at).toBe(NOW - 3_000);
  expect(counts).toEqual(['deduped:reading', 'late:reading']);
});

test('a time that has not come is not believed: arrival is, and the record says why', () => {
  const { out, rows, puts } = recorder();
  readFeedMessage(feed(keyed), { id: 'a', t: NOW + 3 * 3_600_000, v: 1 }, context, out);
  expect(puts.get('a')).toMatchObject({ at: NOW, atFrom: 'arrival', flags: ['clock-skew'] });
  expect(rows[0]?.times[0]).toBe(NOW);
});

test('a feed that invents keys has as many curves as anybody can tell apart', () => {
  const { out, rows, counts } = recorder();
  const curves = new FeedCurves();
  for (let key = 0; key < 2_000; key += 1)
    readMessage(feed(keyed), { id: `k${key}`, t: NOW, v: 1 }, context, out, curves);
  expect(rows).toHaveLength(1_024);
  expect(counts.filter((count) => count === 'dropped:too-many-series')).toHaveLength(976);
});

test('two values of one name are one series', () => {
  const { out, rows } = recorder();
  const values = [
    { path: 'x', name: 'v:1', unit: '' },
    { path: 'y', name: 'v,1', unit: '' },
  ];
  readFeedMessage(feed({ kind: 'samples', values }), { x: 1, y: 2 }, context, out);
  expect(rows.map(({ series, columns }) => [series, columns[0]?.[0]])).toEqual([[['v_1'], 2]]);
});

test('records of a simulated feed say so', () => {
  const { out, puts } = recorder();
  readFeedMessage(feed(keyed), { id: 'a', t: NOW, v: 1 }, { now: NOW, simulated: true }, out);
  expect(puts.get('a')).toMatchObject({ provenance: 'simulated', flags: ['simulated'] });
});
