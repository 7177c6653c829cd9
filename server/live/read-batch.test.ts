import { expect, test } from 'vitest';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { readBatch } from './read-batch.ts';

const read = (...times: number[]) =>
  readBatch(
    encodeSampleBatch({
      channel: 'samples/a',
      epoch: '-',
      offset: 0,
      series: ['x'],
      provenance: 'measured',
      times: Float64Array.from(times),
      columns: [Float64Array.from(times, () => Number.NaN)],
    }),
  );

test('a binary batch is held to times like one in JSON; a missing reading is none of its faults', () => {
  expect(read(1, 2, 2, 3.5)).toMatchObject({ times: Float64Array.of(1, 2, 2, 3.5) });
  for (const times of [[2, 1], [Number.NaN], [1, Number.NaN, 2], [-1], [Number.POSITIVE_INFINITY], [1e16]])
    expect(read(...times), String(times)).toMatchObject({ code: 'bad-message', message: /^times: / });
  expect(readBatch(new ArrayBuffer(2))).toMatchObject({ code: 'bad-message' });
});
