import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSampleBatch, encodeSampleBatch, type SampleBatch } from './sample-batch.ts';

const batchOf = (times: number[], columns: number[][]): SampleBatch => ({
  channel: 'device/x/telemetry',
  epoch: 'e1',
  offset: 7,
  series: columns.map((_, index) => `s${index}`),
  provenance: 'measured',
  times: Float64Array.from(times),
  columns: columns.map((column) => Float64Array.from(column)),
});

describe('sample batch', () => {
  test('comes back as it went, NaN and all, whatever the length of its header', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 50 }),
        (epoch, rows) => {
          const batch = {
            ...batchOf(
              rows.map(([t]) => t),
              [rows.map(([, v]) => v)],
            ),
            epoch,
          };
          expect(decodeSampleBatch(encodeSampleBatch(batch))).toEqual(batch);
        },
      ),
    );
  });

  test('refuses columns of another length than the times', () => {
    expect(() => encodeSampleBatch(batchOf([1, 2], [[1]]))).toThrow(RangeError);
  });

  test('refuses any damaged bytes with a RangeError, never anything else', () => {
    const good = new Uint8Array(encodeSampleBatch(batchOf([1, 2, 3], [[1, 2, 3]])));
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(good.length),
        (at, byte, length) => {
          const bad = good.slice(0, length);
          if (at < bad.length) bad[at] = byte;
          try {
            decodeSampleBatch(bad.buffer);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
    );
  });

  test('refuses a header that claims more than the bytes hold', () => {
    const header = JSON.stringify({
      channel: 'c',
      epoch: 'e',
      offset: 0,
      rows: 65_536,
      series: ['a'],
      provenance: 'measured',
    });
    const bytes = new Uint8Array(4 + header.length);
    new DataView(bytes.buffer).setUint32(0, header.length, true);
    bytes.set(new TextEncoder().encode(header), 4);
    expect(() => decodeSampleBatch(bytes.buffer)).toThrow(/its header says/);
  });
});
