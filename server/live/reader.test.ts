import { expect, test } from 'vitest';
import { makeMemoryBus } from '../bus/memory.ts';
import { FakeClock } from '../fake-clock.ts';
import { type Reader, readLog } from './reader.ts';

const channel = 'device/b1/telemetry';

/** A channel of one-row batches, of which a reader may lag about three behind. */
function setUp() {
  const clock = new FakeClock();
  const bus = makeMemoryBus({ eventsLogBytes: 100_000, samplesLogBytes: 100_000 }, clock);
  const publish = (count: number): void => {
    for (let n = 0; n < count; n++) {
      const row = { times: Float64Array.of(n), columns: [Float64Array.of(n)], series: ['x'] };
      bus.publish(channel, { t: 'samples', batch: { channel, epoch: '', offset: 0, provenance: 'measured', ...row } });
    }
  };
  const read = (offset: number | undefined): Reader => {
    const log = bus.openLog(channel);
    const since = offset === undefined ? undefined : { epoch: log.epoch, offset };
    return readLog(log, { since, rewind: undefined, samplesLagBytes: 500, now: clock.now, wake: () => undefined });
  };
  return { publish, read };
}

const takeAll = (reader: Reader): string[] => {
  const kinds: string[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next())
    kinds.push(frame.binary ? 'samples' : 'gap');
  return kinds;
};

test('history that was asked for comes whole, however much it is; a reader that falls behind later leaves out', () => {
  const { publish, read } = setUp();
  publish(50);
  const reader = read(undefined);
  const resumed = read(10);
  expect(resumed.start.recovered).toBe(true);
  expect(takeAll(reader)).toEqual(Array(50).fill('samples'));
  expect(takeAll(resumed)).toEqual(Array(40).fill('samples'));
  publish(50);
  expect(takeAll(reader)[0]).toBe('gap');
  expect(reader.left).toBeGreaterThan(40);
});
