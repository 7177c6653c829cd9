import { deflateFrame } from '../wire/frame-encode.ts';
import type { Taken } from './reader.ts';

/** Below this a frame grows or hardly shrinks. */
const LEAST_BYTES = 256;

/** A frame compressed once, whoever takes it: kept beside the original while the log keeps that. */
export function deflated(taken: Taken): Buffer {
  if (taken.frame.length < LEAST_BYTES || taken.isRun) return taken.frame;
  taken.deflated ??= deflateFrame(taken.frame.subarray(taken.head), taken.binary ? 'binary' : 'text');
  return taken.deflated;
}
