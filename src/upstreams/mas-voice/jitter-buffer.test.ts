import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JitterBuffer } from './jitter-buffer.ts';

const ramp = (from: number, length: number) => Float32Array.from({ length }, (_, index) => from + index);
const pulled = (buffer: JitterBuffer, length: number) => {
  const out = new Float32Array(length).fill(-1);
  buffer.pull(out);
  return [...out];
};

test('it gathers before it plays, plays in order, and gathers again after a hole', () => {
  const buffer = new JitterBuffer(4, 100, 8, 100);
  buffer.push(ramp(1, 2));
  expect(pulled(buffer, 2)).toEqual([0, 0]);
  buffer.push(ramp(3, 2));
  expect(pulled(buffer, 2)).toEqual([1, 2]);
  expect(pulled(buffer, 4)).toEqual([3, 4, 0, 0]);
  expect(buffer.isPlaying).toBe(false);
  buffer.push(ramp(5, 1));
  expect(buffer.counts.underruns).toBe(1);
  expect(pulled(buffer, 1)).toEqual([0]);
});

test('the last of what is said is played although it is short, and the end is no hole', () => {
  const buffer = new JitterBuffer(4, 100, 8, 100);
  buffer.push(ramp(1, 2));
  expect(pulled(buffer, 8)).toEqual([1, 2, 0, 0, 0, 0, 0, 0]);
  for (let count = 0; count < 4; count += 1) pulled(buffer, 8);
  buffer.push(ramp(1, 4));
  expect(buffer.counts).toMatchObject({ underruns: 0, played: 2 });
});

test('too much drops the oldest, and an interruption all of it; both are counted', () => {
  const buffer = new JitterBuffer(2, 4, 8, 4);
  buffer.push(ramp(1, 3));
  buffer.push(ramp(4, 3));
  expect(buffer.counts.dropped).toBe(2);
  expect(pulled(buffer, 2)).toEqual([3, 4]);
  buffer.flush();
  expect(buffer.counts.flushed).toBe(2);
  expect(pulled(buffer, 2)).toEqual([0, 0]);
});

test('after a stall a stream is not late for ever; a burst is played whole', () => {
  const buffer = new JitterBuffer(4, 100, 8, 20);
  buffer.push(ramp(1, 20), true);
  expect(buffer.counts.dropped).toBe(0);
  buffer.push(ramp(21, 2), true);
  expect(buffer.counts.dropped).toBe(18);
  expect(pulled(buffer, 4)).toEqual([19, 20, 21, 22]);
  buffer.push(ramp(1, 60));
  expect(buffer.length).toBe(60);
});

test('every sample is played, waits, was dropped or was flushed', () => {
  const act = fc.oneof(
    fc.record({ push: fc.nat(40) }),
    fc.record({ pull: fc.integer({ min: 1, max: 40 }) }),
    fc.constant({ flush: true }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const buffer = new JitterBuffer(10, 64, 20, 64);
      let came = 0;
      for (const one of acts) {
        if ('push' in one) {
          buffer.push(ramp(0, one.push));
          came += one.push;
        } else if ('pull' in one) pulled(buffer, one.pull);
        else buffer.flush();
      }
      const { played, dropped, flushed } = buffer.counts;
      expect(played + dropped + flushed + buffer.length).toBe(came);
    }),
  );
});
