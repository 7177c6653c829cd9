import { expect, test } from 'vitest';
import { DEFAULT_CADENCE_MS } from '../../src/contract/board-status.ts';
import { LatestValues } from './latest-values.ts';

const reading = (series: string, at: number) =>
  ({ series: [series], times: Float64Array.of(at), columns: [Float64Array.of(1)], provenance: 'measured' }) as const;

test('the cadence is learned per series, and forgotten when thousands of other names came meanwhile', () => {
  const values = new LatestValues();
  values.update(reading('x', 0));
  expect(values.update(reading('x', 100))).toMatchObject([{ series: 'x', cadenceMs: 100 }]);
  for (let n = 0; n < 2_000; n += 1) values.update(reading(`name-${n}`, 200));
  expect(values.update(reading('x', 300))).toMatchObject([{ cadenceMs: DEFAULT_CADENCE_MS }]);
});
