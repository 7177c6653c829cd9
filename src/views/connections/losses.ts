import { formatCount } from '../../components/format-value.ts';
import type { Counted } from '../../contract/upstream/status.ts';
import { connections as words } from '../../i18n/connections.ts';

/** Something that arrived, or should have, and is not in the data. */
export interface Loss {
  /** A word of ours: what became of it. */
  readonly what: Counted | LossAt;
  /** A word of the machine: why. May be empty. */
  readonly reason: string;
  readonly count: number;
}

/** Losses that are not a reader's. */
export type LossAt = 'lost' | 'damaged' | 'gap' | 'merged' | 'thinned' | 'refused';

/** Not in the data though it should be; the rest was left out on purpose and is told beside it. */
const REAL: ReadonlySet<Loss['what']> = new Set(['dropped', 'late', 'lost', 'damaged', 'gap', 'refused', 'unknown']);

export const isRealLoss = (loss: Loss): boolean => REAL.has(loss.what);

/** `dropped:bad-json` → 3, as losses, most first. */
export function lossesOf(counts: Readonly<Record<string, number>>): readonly Loss[] {
  const losses = Object.entries(counts).flatMap(([name, count]): readonly Loss[] => {
    const colon = name.indexOf(':');
    const what = colon < 0 ? name : name.slice(0, colon);
    return count > 0 ? [{ what: what as Counted, reason: colon < 0 ? '' : name.slice(colon + 1), count }] : [];
  });
  return losses.sort((a, b) => b.count - a.count);
}

export const lossTotal = (losses: readonly Loss[]): number =>
  losses.reduce((sum, loss) => (isRealLoss(loss) ? sum + loss.count : sum), 0);

export const lossWords = ({ what, reason, count }: Loss): string =>
  `${formatCount(count)} ${words.losses.what[what] ?? what}${reason === '' ? '' : `: ${reason}`}`;

/** For a narrow column: "0" or "12 dropped". */
export function lossesShort(losses: readonly Loss[]): string {
  const real = losses.filter(isRealLoss);
  const first = real[0];
  if (first === undefined) return '0';
  return `${formatCount(lossTotal(real))} ${words.losses.what[first.what] ?? first.what}`;
}

export const lossesLong = (losses: readonly Loss[]): string =>
  losses.length === 0 ? words.losses.none : losses.map(lossWords).join(' · ');
