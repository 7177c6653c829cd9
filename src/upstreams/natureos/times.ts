import type { EpochMs } from '../../contract/time.ts';

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;
const SPAN = /^(-?)(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;
/** The default of a field that was never set is the year 1; nothing of ours is older than this. */
const FIRST_YEAR = 2000;

/** ISO text to ms, cut to whole ms. Without a zone it is UTC. undefined: not a date, or one that was never set. */
export function timeOf(value: unknown): EpochMs | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const parts = ISO.exec(value.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction, zone] = parts;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as Six;
  if (y < FIRST_YEAR || mo < 1 || mo > 12 || h > 23 || mi > 59 || s > 59) return undefined;
  const date = Date.UTC(y, mo - 1, d);
  // The 31st of a month without one would silently be another day.
  if (d < 1 || new Date(date).getUTCDate() !== d) return undefined;
  return date + ((h * 60 + mi) * 60 + s) * 1_000 + fractionMs(fraction) - zoneMs(zone);
}
type Six = [number, number, number, number, number, number];

const fractionMs = (digits: string | undefined): number =>
  digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'));

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone.length === 1) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** `[d.]hh:mm:ss[.fffffff]` to ms, cut. */
export function spanMsOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const parts = SPAN.exec(value.trim());
  if (parts === null) return undefined;
  const [, sign, days = '0', hours, minutes, seconds, fraction] = parts;
  const ms =
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 +
    Number(seconds) * 1_000 +
    fractionMs(fraction);
  return sign === '-' ? -ms : ms;
}

const DAY_MS = 86_400_000;
const FIRST_DEVICE_MS = Date.UTC(2020, 0, 1);

/** A device's clock in epoch ms; undefined where it is unset, counts from its start, or is more than a day ahead. */
export const deviceTimeOf = (ts: number | undefined, now: EpochMs): EpochMs | undefined =>
  ts !== undefined && ts >= FIRST_DEVICE_MS && ts <= now + DAY_MS ? Math.trunc(ts) : undefined;
