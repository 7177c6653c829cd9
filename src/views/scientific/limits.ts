import { keptValue } from '../../components/kept-value.ts';
import type { EpochMs } from '../../contract/time.ts';

/** What a person wants a reading to stay within; either side may be open. */
export interface Limit {
  readonly low?: number;
  readonly high?: number;
}

export type Outside = 'below' | 'above';

const KEY = 'hyphae.scientific.limits';
const MOST = 400;
const MAX_NAME = 128;

const isLimit = (value: unknown): value is Limit => {
  if (typeof value !== 'object' || value === null) return false;
  const { low, high } = value as { readonly low?: unknown; readonly high?: unknown };
  const isSide = (side: unknown) => side === undefined || (typeof side === 'number' && Number.isFinite(side));
  return isSide(low) && isSide(high) && (low !== undefined || high !== undefined);
};

/** Reads what this browser kept; what is no limit is left out. */
export function readLimits(text: string | null): ReadonlyMap<string, Limit> {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    if (typeof kept !== 'object' || kept === null) return new Map();
    return new Map(
      Object.entries(kept)
        .filter((entry): entry is [string, Limit] => entry[0].length <= MAX_NAME && isLimit(entry[1]))
        .slice(-MOST),
    );
  } catch {
    // Cut off or not ours: there are no limits then, and none are shown.
    return new Map();
  }
}

const limits = keptValue(KEY, readLimits, (kept) => JSON.stringify(Object.fromEntries(kept)));

/** The limits of `<instrument>.<reading>`, kept in this browser. Reactive. */
export const limitOf = (series: string): Limit | undefined => limits.get().get(series);
export const areLimitsUnsaved = limits.isUnsaved;

export function setLimit(series: string, limit: Limit | undefined): void {
  const next = new Map(limits.get());
  next.delete(series);
  if (limit !== undefined && isLimit(limit)) next.set(series, limit);
  limits.set(new Map([...next].slice(-MOST)));
}

export function outsideOf(value: number | undefined, limit: Limit | undefined): Outside | undefined {
  if (value === undefined || Number.isNaN(value) || limit === undefined) return undefined;
  if (limit.low !== undefined && value < limit.low) return 'below';
  return limit.high !== undefined && value > limit.high ? 'above' : undefined;
}

/** Since when a curve has been outside without a break; undefined: it is inside now, or there is nothing. */
export function outsideSince(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  limit: Limit | undefined,
): EpochMs | undefined {
  let since: EpochMs | undefined;
  for (let at = times.length - 1; at >= 0; at -= 1) {
    if (outsideOf(values[at], limit) === undefined) return since;
    since = times[at];
  }
  return since;
}
