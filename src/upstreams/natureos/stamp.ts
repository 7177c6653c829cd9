import type { EpochMs } from '../../contract/time.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import type { ReadContext } from '../out.ts';
import { type Fields, field } from './fields.ts';
import { timeOf } from './times.ts';

/** A source's clock this far ahead of ours is told, ms. */
const SKEW_MS = 5 * 60_000;

export type Stamp = Omit<Sourced, 'source'>;

/** When a message was so: by its `timestamp`, else by its arrival (flag `no-time`). */
export const stampOf = (message: Fields, context: ReadContext, flags: readonly string[] = NO_FLAGS): Stamp =>
  stampAt(timeOf(field(message, 'timestamp')), context, flags);

export function stampAt(time: EpochMs | undefined, context: ReadContext, flags: readonly string[] = NO_FLAGS): Stamp {
  const { now, simulated } = context;
  const provenance = simulated ? 'simulated' : 'measured';
  if (time === undefined) {
    return { at: now, atFrom: 'arrival', rx: now, provenance, flags: [...flags, 'no-time'] };
  }
  const told = time > now + SKEW_MS ? [...flags, 'clock-skew'] : flags;
  return { at: time, atFrom: 'source', rx: now, provenance, flags: told };
}

const NO_FLAGS: readonly string[] = [];

/** A time that is believed when times of one source are compared: a clock that ran ahead must not hold back what comes after. */
export const orderTime = ({ at, rx }: Pick<Sourced, 'at' | 'rx'>): EpochMs => (at > rx + SKEW_MS ? rx : at);
