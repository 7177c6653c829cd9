import { keptValue } from '../../components/kept-value.ts';
import type { EpochMs } from '../../contract/time.ts';
import { ALERT_SEVERITIES, type SafetyAlertRecord } from '../../contract/upstream/mas-scientific.ts';

/** A safety alert as this browser keeps it: MAS keeps none, and has no way to be told that one was seen. */
export interface KeptAlert {
  readonly key: string;
  readonly at: EpochMs;
  readonly kind: string;
  readonly message: string;
  readonly severity: (typeof ALERT_SEVERITIES)[number];
  readonly simulated: boolean;
  readonly seenAt: EpochMs | undefined;
}

const KEY = 'hyphae.scientific.alerts';
export const MOST_ALERTS = 300;
const MAX_TEXT = 500;

/** The same alert told twice is one. */
export const alertKey = ({ raisedAt, at, kind, message }: SafetyAlertRecord): string =>
  `${raisedAt ?? at}|${kind}|${message}`;

export const keptAlert = (record: SafetyAlertRecord): KeptAlert => ({
  key: alertKey(record),
  at: record.raisedAt ?? record.at,
  kind: record.kind,
  message: record.message,
  severity: record.severity,
  simulated: record.provenance === 'simulated',
  seenAt: undefined,
});

/** Newest first, each once; what was acknowledged stays so. The oldest acknowledged go first when there are too many, then the oldest. */
export function mergeAlerts(kept: readonly KeptAlert[], fresh: readonly KeptAlert[]): readonly KeptAlert[] {
  const byKey = new Map(kept.map((alert) => [alert.key, alert]));
  for (const alert of fresh) if (!byKey.has(alert.key)) byKey.set(alert.key, alert);
  if (byKey.size === kept.length) return kept;
  const all = [...byKey.values()].sort((a, b) => b.at - a.at);
  if (all.length <= MOST_ALERTS) return all;
  const open = all.filter(({ seenAt }) => seenAt === undefined).slice(0, MOST_ALERTS);
  const seen = all.filter(({ seenAt }) => seenAt !== undefined).slice(0, MOST_ALERTS - open.length);
  return [...open, ...seen].sort((a, b) => b.at - a.at);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 2 * MAX_TEXT;
const isKept = (value: unknown): value is KeptAlert => {
  if (typeof value !== 'object' || value === null) return false;
  const { key, at, kind, message, severity } = value as Record<string, unknown>;
  return (
    isText(key) &&
    typeof at === 'number' &&
    isText(kind) &&
    isText(message) &&
    ALERT_SEVERITIES.includes(severity as 'info')
  );
};

export function readAlerts(text: string | null): readonly KeptAlert[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isKept).slice(0, MOST_ALERTS) : [];
  } catch {
    // Cut off or not ours: the history begins anew.
    return [];
  }
}

const book = keptValue(KEY, readAlerts, (kept) => JSON.stringify(kept));

/** All that this browser heard and keeps, newest first. Reactive. */
export const alerts = book.get;
export const areAlertsUnsaved = book.isUnsaved;

function keep(next: readonly KeptAlert[]): void {
  if (next !== alerts()) book.set(next);
}

export const addAlerts = (records: readonly SafetyAlertRecord[]): void =>
  keep(mergeAlerts(alerts(), records.map(keptAlert)));

/** `keys` undefined: all. */
export function acknowledge(keys: readonly string[] | undefined, now: EpochMs): void {
  const wanted = keys === undefined ? undefined : new Set(keys);
  keep(
    alerts().map((alert) =>
      alert.seenAt === undefined && (wanted?.has(alert.key) ?? true) ? { ...alert, seenAt: now } : alert,
    ),
  );
}

/** Takes acknowledgements back: what `acknowledge` at `now` did. */
export const takeBack = (seenAt: EpochMs): void =>
  keep(alerts().map((alert) => (alert.seenAt === seenAt ? { ...alert, seenAt: undefined } : alert)));
