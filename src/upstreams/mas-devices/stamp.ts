import type { EpochMs } from '../../contract/time.ts';
import { CLOCK_SKEW_MS } from '../../contract/upstream/mas-devices.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { type ReadContext, saidAt } from '../out.ts';

/**
 * The part of a record that says where and when it is from. `atMs`: by the source's clock; undefined where it did not say. A clock more
 * than five minutes ahead is not believed (`clock-skew`).
 */
export function stamp(
  context: ReadContext,
  atMs: EpochMs | undefined,
  source: string,
  flags: readonly string[] = [],
  simulated = false,
): Sourced {
  const isAhead = atMs !== undefined && atMs > context.now + CLOCK_SKEW_MS;
  const isBelieved = atMs !== undefined && !isAhead;
  const isSimulated = context.simulated || simulated;
  const all = isAhead ? [...flags, 'clock-skew'] : flags;
  return {
    at: isBelieved ? atMs : saidAt(context),
    atFrom: isBelieved ? 'source' : 'arrival',
    rx: saidAt(context),
    source,
    provenance: isSimulated ? 'simulated' : 'measured',
    flags: isSimulated && !all.includes('simulated') ? [...all, 'simulated'] : all,
  };
}
