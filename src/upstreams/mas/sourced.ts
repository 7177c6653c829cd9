import type { Provenance } from '../../contract/provenance.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { type ReadContext, saidAt } from '../out.ts';

/**
 * MAS keeps nothing back: what it sends was made a moment ago. A time further away than this is a clock that is wrong, and the time of
 * arrival is the better one.
 */
export const CLOCK_SKEW_MS = 120_000;

const NONE: readonly string[] = [];

/** What every record says about itself. `sourceMs`: the time in the message, undefined when it had none that can be read. */
export function sourced(
  context: ReadContext,
  sourceMs: EpochMs | undefined,
  source: unknown,
  flags: readonly string[] = NONE,
  provenance: Provenance = 'measured',
): Sourced {
  const skewed = sourceMs !== undefined && Math.abs(sourceMs - context.now) > CLOCK_SKEW_MS;
  const believed = sourceMs !== undefined && !skewed;
  let all = flags;
  if (skewed) all = [...all, 'clock-skew'];
  if (context.simulated) all = [...all, 'simulated'];
  return {
    at: believed ? sourceMs : saidAt(context),
    atFrom: believed ? 'source' : 'arrival',
    rx: saidAt(context),
    source: typeof source === 'string' ? source.slice(0, 80) : '',
    provenance: context.simulated ? 'simulated' : provenance,
    flags: all,
  };
}

/** Of something that happened at a time of its own, which may be long ago (a task's end, a row's creation): believed if not in the future. */
export function happened(
  context: ReadContext,
  sourceMs: EpochMs | undefined,
  source: unknown,
  provenance: Provenance = 'measured',
): Sourced {
  const said = sourced(context, undefined, source, NONE, provenance);
  return sourceMs === undefined || sourceMs > context.now + CLOCK_SKEW_MS
    ? said
    : { ...said, at: sourceMs, atFrom: 'source' };
}
