import { expect, test } from 'vitest';
import { decodeSampleBatch, MAX_BATCH_SERIES, type SampleBatch } from '../../../src/contract/sample-batch.ts';
import type { Rows } from '../../../src/upstreams/out.ts';
import { Channels } from '../channels.ts';
import { fakeEnv } from '../fake-world.ts';
import { ChannelOut } from './channel-out.ts';

const rowOf = (series: readonly string[]): Rows => ({
  series,
  times: Float64Array.of(1_000_000),
  columns: series.map((_, index) => Float64Array.of(index)),
  provenance: 'unknown',
});

/** What a tab reads of the rows that an upstream told. Throws where it could not. */
function readBack(...told: readonly Rows[]) {
  const channels = new Channels('epoch', fakeEnv(), () => undefined);
  const out = new ChannelOut(channels, 'lab');
  for (const rows of told) out.rows('values', rows);
  const reader = channels.read('samples/up/lab/values', { sub: 1, wake: () => undefined, rewind: 60_000 });
  const batches: SampleBatch[] = [];
  while (reader?.pending === true)
    for (const item of reader.take().items)
      if (item.t === 'samples') batches.push(...item.buffers.map(decodeSampleBatch));
  return { batches, counts: out.counts() };
}

test('a name that is too long for a batch keeps its beginning and its end, and is counted', () => {
  const long = `experiment-${'x'.repeat(60)}.temperature_c`;
  const { batches, counts } = readBack(rowOf([long, 'short']));
  const [name, short] = batches[0]?.series ?? [];
  expect(short).toBe('short');
  expect(name).toHaveLength(64);
  expect(name).toMatch(/^experiment-x+…x+\.temperature_c$/);
  expect(counts).toEqual({ 'dropped:series-name-shortened': 1 });
});

test('more series than a batch carries are left out and counted; the rest is read', () => {
  const { batches, counts } = readBack(rowOf(Array.from({ length: 300 }, (_, index) => `s${index}`)));
  expect(batches[0]?.series).toHaveLength(MAX_BATCH_SERIES);
  expect(counts).toEqual({ 'dropped:too-many-series': 44 });
});

test('names in letters of several bytes make smaller batches, that can be read', () => {
  const told = Array.from({ length: 8 }, (_, batch) =>
    rowOf(Array.from({ length: 32 }, (_, index) => `${'温'.repeat(55)}.${batch}.${index}`)),
  );
  const { batches } = readBack(...told);
  expect(batches.flatMap(({ series }) => series)).toHaveLength(256);
});
