import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/contract/from-hub.ts';
import { decodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';
import type { Reader } from './reader.ts';
import { SamplesChannel } from './samples-channel.ts';

const NAME = 'device/x/telemetry';
const rows = (from: number, count: number, series: readonly string[] = ['a']) => ({
  series,
  provenance: 'measured' as const,
  times: Float64Array.from({ length: count }, (_, i) => from + i),
  columns: series.map(() => Float64Array.from({ length: count }, (_, i) => from + i)),
});
const open = (maxBytes?: number) => new SamplesChannel(NAME, 'e1', () => 1_000, maxBytes);
const read = (channel: SamplesChannel, more: object = {}) => channel.read({ sub: 1, wake: () => undefined, ...more });
const drain = (reader: Reader): Delivery[] => {
  const items: Delivery[] = [];
  while (reader.pending) items.push(...reader.take().items);
  return items;
};
const batchesOf = (items: readonly Delivery[]): SampleBatch[] =>
  items.flatMap((item) => (item.t === 'samples' ? item.buffers.map(decodeSampleBatch) : []));
const timesOf = (items: readonly Delivery[]) => batchesOf(items).flatMap((batch) => [...batch.times]);

describe('samples channel', () => {
  test('every row comes once and in order, or in a counted gap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.record({ rows: fc.integer({ min: 1, max: 700 }) }), fc.constant('take' as const)), {
          maxLength: 40,
        }),
        (steps) => {
          const channel = open(12_000);
          const reader = read(channel);
          const items: Delivery[] = [];
          let published = 0;
          for (const step of steps) {
            if (step === 'take') {
              if (reader.pending) items.push(...reader.take().items);
              continue;
            }
            channel.publish(rows(published, step.rows));
            published += step.rows;
            expect(channel.keptBytes).toBeLessThanOrEqual(12_000);
          }
          items.push(...drain(reader));
          let next = 0;
          for (const item of items) {
            if (item.t === 'gap') next += item.gap.count ?? Number.NaN;
            if (item.t !== 'samples') continue;
            expect(item.thinned).toBe(0);
            for (const batch of item.buffers.map(decodeSampleBatch)) {
              expect(batch.offset).toBe(next);
              for (const time of batch.times) expect(time).toBe(next++);
            }
          }
          expect(next).toBe(published);
        },
      ),
    );
  });

  test('single rows are kept together, and a series without a reading is left out of what is sent', () => {
    const channel = open();
    const reader = read(channel);
    drain(reader);
    channel.publish(rows(0, 1, ['a']));
    channel.publish(rows(1, 1, ['b']));
    expect(channel.keptBytes).toBe(3 * 256 * 8);
    expect(batchesOf(drain(reader)).map((batch) => batch.series)).toEqual([['a', 'b']]);
    channel.publish(rows(2, 1, ['b']));
    expect(batchesOf(drain(reader)).map((batch) => batch.series)).toEqual([['b']]);
  });

  test('who is far behind gets the shape: extremes stay, the rest is counted', () => {
    const channel = open(64 * 1024 * 1024);
    const reader = read(channel);
    drain(reader);
    const count = 400_000;
    const batch = rows(0, count);
    batch.columns[0]?.fill(1);
    batch.columns[0]?.set([99], 123_456);
    batch.columns[0]?.set([-99], 234_567);
    channel.publish(batch);
    const items = drain(reader);
    const got = batchesOf(items);
    const values = got.flatMap((each) => [...(each.columns[0] ?? [])]);
    expect([Math.max(...values), Math.min(...values)]).toEqual([99, -99]);
    const thinned = items.reduce((sum, item) => sum + (item.t === 'samples' ? item.thinned : 0), 0);
    expect(thinned + values.length).toBe(count);
    expect(values.length).toBeLessThan(300_000);
    expect(timesOf(items)).toEqual([...timesOf(items)].sort((a, b) => a - b));
    expect(timesOf(items).at(-1)).toBe(count - 1);
  });

  test('rewinds by time, resumes by place', () => {
    const channel = open();
    channel.publish(rows(0, 1_000));
    expect(timesOf(drain(read(channel, { rewind: 5 })))).toEqual([995, 996, 997, 998, 999]);
    expect(timesOf(drain(read(channel, { after: { epoch: 'e1', offset: 998 } })))).toEqual([998, 999]);
    expect(timesOf(drain(read(channel, { after: { epoch: 'e0', offset: 998 } })))).toHaveLength(1_000);
  });

  test('a remote source: doubles vanish, a hole is told', () => {
    const channel = open();
    const at = (offset: number, count: number) => ({ ...rows(offset, count), channel: NAME, epoch: 'r', offset });
    channel.publishAt(at(0, 5));
    expect(channel.publishAt(at(3, 4))).toBe(2);
    channel.publishAt(at(10, 1));
    const items = drain(read(channel));
    expect(timesOf(items)).toEqual([0, 1, 2, 3, 4, 5, 6, 10]);
    expect(items.filter((item) => item.t === 'gap')).toMatchObject([{ gap: { why: 'link-lost', count: 3 } }]);
  });
});
