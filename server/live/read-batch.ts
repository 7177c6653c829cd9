import type { AppError } from '../../src/contract/error-codes.ts';
import { decodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';

/** The last day that a `Date` can show, as in the schemas of JSON. */
const LAST_MS = 8.64e15;

/** A binary frame as a sample batch, or why it is none; held to what JSON samples are held to. Its columns are views on `buffer`. */
export function readBatch(buffer: ArrayBuffer): SampleBatch | AppError {
  try {
    const batch = decodeSampleBatch(buffer);
    return areTimes(batch.times)
      ? batch
      : { code: 'bad-message', message: 'times: EpochMs of each row, not decreasing' };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { code: 'bad-message', message: cause.message };
  }
}

function areTimes(times: Float64Array): boolean {
  let last = 0;
  for (const time of times) {
    if (!(time >= last && time <= LAST_MS)) return false;
    last = time;
  }
  return true;
}
