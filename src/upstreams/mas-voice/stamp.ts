import type { EpochMs } from '../../contract/time.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { happened } from '../mas/sourced.ts';
import type { ReadContext } from '../out.ts';

/** What every record of a conversation says about itself: words and states are nobody's measurement. */
export const stamp = (context: ReadContext, atMs: EpochMs | undefined, source: string): Sourced =>
  happened(context, atMs, source, 'unknown');
