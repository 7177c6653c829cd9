import type { AppError } from '../../src/contract/error-codes.ts';
import { decodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';

/** A binary frame as a sample batch, or why it is none. Its columns are views on `buffer`. */
export function readBatch(buffer: ArrayBuffer): SampleBatch | AppError {
  try {
    return decodeSampleBatch(buffer);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { code: 'bad-message', message: cause.message };
  }
}
