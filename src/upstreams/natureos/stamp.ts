import type { EpochMs } from '../../contract/time.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { type ReadContext, saidAt } from '../out.ts';
import { type Fields, field } from './fields.ts';
import { timeOf } from './times.ts';

/** A source's clock this far ahead of ours is wrong, or ours is, ms. */
const SKEW_MS = 5 * 60_000;

export type Stamp = Omit<Sourced, 'source'>;

/** When a message was so: by its `timestamp`, else by its arrival (flag `no-time` or `clock-skew`). `flags` go before those of its own. */
export const stampOf = (message: Fields, context: ReadContext, flags: readonly string[] = NO_FLAGS): Stamp =>
  stampAt(timeOf(field(message, 'timestamp')), context, flags);

export function stampAt(time: EpochMs | undefined, context: ReadContext, said: readonly string[] = NO_FLAGS): Stamp {
  const { now, simulated } = context;
  const rx = saidAt(context);
  const flags = simulated ? [...said, 'simulated'] : said;
  const provenance = simulated ? 'simulated' : 'measured';
  if (time === undefined) {
    return { at: rx, atFrom: 'arrival', rx, provenance, flags: [...flags, 'no-time'] };
  }
  // A clock that runs ahead is not believed: what it says would be plotted in the future, and everything after it would seem old.
  if (time > now + SKEW_MS) return { at: rx, atFrom: 'arrival', rx, provenance, flags: [...flags, 'clock-skew'] };
  return { at: time, atFrom: 'source', rx, provenance, flags };
}

const NO_FLAGS: readonly string[] = [];
