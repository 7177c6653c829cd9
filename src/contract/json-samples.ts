import * as v from 'valibot';
import type { Provenance } from './provenance.ts';
import { MAX_BATCH_SERIES, type SampleBatch } from './sample-batch.ts';
import { epochMsSchema, finiteSchema } from './wire-schemas.ts';

/** Rows that one message may carry as JSON; more go as binary batches. */
const MAX_JSON_ROWS = 4_096;

const PROVENANCES = [
  'measured',
  'derived',
  'simulated',
  'replayed',
  'unknown',
] as const satisfies readonly Provenance[];
const columnSchema = v.pipe(v.array(v.nullable(finiteSchema)), v.maxLength(MAX_JSON_ROWS));

/** A sample batch as JSON, for clients without typed arrays: `null` where a row has no reading of a series. */
export const jsonSamplesSchema = v.pipe(
  v.object({
    series: v.pipe(
      v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
      v.minLength(1),
      v.maxLength(MAX_BATCH_SERIES),
    ),
    /** Absent: `unknown`. */
    provenance: v.optional(v.picklist(PROVENANCES)),
    /** EpochMs of each row, not decreasing. */
    times: v.pipe(v.array(epochMsSchema), v.minLength(1), v.maxLength(MAX_JSON_ROWS)),
    /** One per series, each as long as `times`. */
    columns: v.pipe(v.array(columnSchema), v.maxLength(MAX_BATCH_SERIES)),
  }),
  v.check(
    ({ series, times, columns }) =>
      columns.length === series.length &&
      columns.every((column) => column.length === times.length) &&
      times.every((time, row) => row === 0 || time >= (times[row - 1] ?? 0)),
    'one column per series, each as long as times, times not decreasing',
  ),
);

export type JsonSamples = v.InferOutput<typeof jsonSamplesSchema>;

const numbers = (column: readonly (number | null)[]): Float64Array =>
  Float64Array.from(column, (value) => value ?? Number.NaN);

/** The batch that JSON samples stand for; channel, epoch and offset are the bus's to give. */
export function fromJsonSamples(samples: JsonSamples): SampleBatch {
  return {
    channel: '',
    epoch: '',
    offset: 0,
    series: samples.series,
    provenance: samples.provenance ?? 'unknown',
    times: Float64Array.from(samples.times),
    columns: samples.columns.map(numbers),
  };
}

/** A batch as JSON samples. */
export function toJsonSamples(batch: SampleBatch): JsonSamples {
  const { series, provenance, times, columns } = batch;
  const plain = (column: Float64Array) => Array.from(column, (value) => (Number.isFinite(value) ? value : null));
  return { series: [...series], provenance, times: [...times], columns: columns.map(plain) };
}
