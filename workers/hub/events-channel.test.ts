import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/contract/from-hub.ts';
import { EventsChannel } from './events-channel.ts';
import type { Reader } from './reader.ts';

const NAME = 'device/x/console';
const open = (limits = { maxRecords: 50, maxBytes: 1_000_000, maxTake: 7 }) =>
  new EventsChannel(NAME, 'e1', () => 5, limits);
const read = (channel: EventsChannel, more: { rewind?: number; after?: { epoch: string; offset: number } } = {}) =>
  channel.read({ sub: 1, wake: () => undefined, ...more });

const drain = (reader: Reader): Delivery[] => {
  const items: Delivery[] = [];
  while (reader.pending) items.push(...reader.take().items);
  return items;
};
const recordsOf = (items: readonly Delivery[]) => items.flatMap((item) => (item.t === 'events' ? item.records : []));
const gapsOf = (items: readonly Delivery[]) => items.flatMap((item) => (item.t === 'gap' ? [item.gap] : []));

describe('events channel', () => {
  test('a reader gets every record once and in order, or a gap that counts those it did not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.record({ publish: fc.integer({ min: 1, max: 30 }) }), fc.constant('take' as const)), {
          maxLength: 60,
        }),
        (steps) => {
          const channel = open();
          const reader = read(channel);
          let published = 0;
          const items: Delivery[] = [];
          for (const step of steps) {
            if (step === 'take') {
              if (reader.pending) items.push(...reader.take().items);
            } else {
              channel.publish(Array.from({ length: step.publish }, () => published++));
              expect(channel.kept).toBeLessThanOrEqual(50);
            }
          }
          items.push(...drain(reader));
          let next = 0;
          for (const item of items) {
            if (item.t === 'gap') next += item.gap.count ?? Number.NaN;
            if (item.t !== 'events') continue;
            if (item.records.length > 0) expect(item.from).toBe(next);
            for (const record of item.records) expect(record).toBe(next++);
          }
          expect(next).toBe(published);
        },
      ),
    );
  });

  test('the snapshot comes first, empty or not, and rewinds as far as asked', () => {
    const channel = open();
    expect(read(channel).take().items).toEqual([
      { t: 'events', sub: 1, snapshot: true, epoch: 'e1', from: 0, records: [] },
    ]);
    channel.publish([0, 1, 2, 3]);
    const items = drain(read(channel, { rewind: 2 }));
    expect(items[0]).toMatchObject({ snapshot: true, from: 2, records: [2, 3] });
    expect(gapsOf(drain(read(channel, { rewind: 2 })))).toEqual([]);
  });

  test('a gap stands between the records where it happened', () => {
    const channel = open();
    channel.publish(['a']);
    channel.gap({ why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 });
    channel.publish(['b']);
    expect(drain(read(channel)).map((item) => (item.t === 'gap' ? item.gap.why : item.t))).toEqual([
      'events',
      'unplugged',
      'events',
    ]);
  });

  test('a source with its own offsets: doubles vanish, holes and new epochs are told', () => {
    const channel = open();
    channel.publishAt({ epoch: 'r1', offset: 10 }, ['a', 'b']);
    channel.publishAt({ epoch: 'r1', offset: 11 }, ['b', 'c']);
    channel.publishAt({ epoch: 'r1', offset: 20 }, ['d']);
    channel.publishAt({ epoch: 'r2', offset: 0 }, ['e']);
    const items = drain(read(channel));
    expect(recordsOf(items)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(gapsOf(items).map(({ why, count }) => [why, count])).toEqual([
      ['link-lost', 7],
      ['epoch-changed', undefined],
    ]);
    expect(recordsOf(drain(read(channel, { after: { epoch: 'r2', offset: 0 } })))).toEqual(['e']);
    expect(recordsOf(drain(read(channel, { after: { epoch: 'else', offset: 9 } })))).toHaveLength(5);
  });

  test('bytes are bounded as well as records', () => {
    const channel = open({ maxRecords: 1_000_000, maxBytes: 10_000, maxTake: 100 });
    for (let n = 0; n < 1_000; n += 1) channel.publish(['x'.repeat(500)]);
    expect(channel.keptBytes).toBeLessThanOrEqual(10_000);
    expect(channel.kept + channel.trimmed).toBe(1_000);
  });
});
