import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';
import { FakeClock } from '../fake-clock.ts';
import { encodeTail, toArrayBuffer } from './encode.ts';
import { makeMemoryBus } from './memory.ts';

const CONSOLE = 'device/b/console';
const TELEMETRY = 'device/b/telemetry';
const makeBus = (bytes = 100_000) => makeMemoryBus({ eventsLogBytes: bytes, samplesLogBytes: bytes }, new FakeClock());
const rows = (count: number): SampleBatch => ({
  channel: 'of the owner',
  epoch: 'of the owner',
  offset: 99,
  series: ['x'],
  provenance: 'measured',
  times: Float64Array.from({ length: count }, (_, row) => row),
  columns: [Float64Array.from({ length: count }, (_, row) => row * 10)],
});

test('offsets and epoch are the bus’s own; a reader in the middle of an entry gets its rest', () => {
  const bus = makeBus();
  bus.publish(TELEMETRY, { t: 'samples', batch: rows(3) });
  bus.publish(TELEMETRY, { t: 'samples', batch: rows(2) });
  bus.publish(CONSOLE, { t: 'events', records: ['a', 'b', 'c'] });
  const log = bus.openLog(TELEMETRY);
  const entry = log.entry(log.seqOf(3));
  const batch = decodeSampleBatch(toArrayBuffer(entry?.bytes ?? Buffer.alloc(0)));
  expect(batch).toMatchObject({ channel: TELEMETRY, epoch: log.epoch, offset: 3 });
  const first = log.entry(log.seqOf(1));
  if (first === undefined) throw new Error('no entry');
  const tail = decodeSampleBatch(toArrayBuffer(encodeTail(first, 1)));
  expect({ offset: tail.offset, times: [...tail.times], x: [...(tail.columns[0] ?? [])] }).toEqual({
    offset: 1,
    times: [1, 2],
    x: [10, 20],
  });
  const events = bus.openLog(CONSOLE).entry(0);
  if (events === undefined) throw new Error('no entry');
  expect(JSON.parse(encodeTail(events, 2).toString())).toMatchObject({ from: 2, records: ['c'] });
});

test('a log stays within its bytes and finds every offset it still has', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant('gap' as const))), (publications) => {
      const bus = makeBus(2_000);
      for (const one of publications) {
        if (one === 'gap') {
          const gap = { why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 } as const;
          bus.publish(CONSOLE, { t: 'gap', gap });
        } else bus.publish(CONSOLE, { t: 'events', records: Array.from({ length: one }, () => 'x') });
      }
      const log = bus.openLog(CONSOLE);
      expect(bus.stats().keptBytes).toBeLessThanOrEqual(2_000);
      for (let offset = log.firstOffset; offset < log.nextOffset; offset++) {
        const seq = log.seqOf(offset);
        const until = log.entry(seq)?.count === 0 ? offset : offset + 1;
        const entry = log.entry(seq);
        expect(entry && entry.offset <= offset && entry.offset + entry.count >= until).toBe(true);
      }
      expect(log.seqOf(log.nextOffset)).toBeLessThanOrEqual(log.nextSeq);
    }),
  );
});

test('a dropped channel is forgotten, with its last reader if it has one', () => {
  const bus = makeBus();
  bus.publish(CONSOLE, { t: 'events', records: ['secret'] });
  const log = bus.openLog(CONSOLE);
  const stop = log.onAppend(() => undefined);
  bus.drop(CONSOLE);
  expect(log.firstOffset).toBe(1);
  expect(bus.log(CONSOLE)).toBe(log);
  stop();
  expect(bus.log(CONSOLE)).toBeUndefined();
});

test('state: snapshot, then changes, conflated; deletions are told to whoever knew the key', () => {
  const bus = makeBus();
  const state = bus.state('boards');
  const read = (since: { epoch: string; offset: number } | undefined) => {
    const frame = state.changesSince(since);
    return frame && JSON.parse(frame.bytes.toString());
  };
  expect(read(undefined)).toMatchObject({ snapshot: true, puts: [], dels: [] });
  bus.put('boards', 'a', 1);
  bus.put('boards', 'b', 1);
  const { cursor } = read(undefined);
  bus.put('boards', 'a', 2);
  bus.put('boards', 'a', 3);
  bus.del('boards', 'b');
  bus.put('boards', 'c', 1);
  bus.del('boards', 'c');
  bus.del('boards', 'never there');
  expect(read(cursor)).toMatchObject({ snapshot: false, puts: [['a', 3]], dels: ['b', 'c'] });
  expect(read(undefined)).toMatchObject({ snapshot: true, puts: [['a', 3]], dels: [] });
  expect(read({ epoch: 'other', offset: 2 })).toMatchObject({ snapshot: true });
  expect(read({ epoch: state.epoch, offset: state.nextOffset })).toBeUndefined();
});

test('state: a reader who missed more deletions than are remembered gets a snapshot', () => {
  const bus = makeBus();
  const state = bus.state('boards');
  const since = { epoch: state.epoch, offset: 0 };
  for (let key = 0; key < 1_100; key++) {
    bus.put('boards', `k${key}`, 1);
    bus.del('boards', `k${key}`);
  }
  expect(JSON.parse(state.changesSince(since)?.bytes.toString() ?? '')).toMatchObject({ snapshot: true, puts: [] });
});
