import type { EpochMs } from '../../contract/time.ts';

/** Seconds below it, milliseconds above: 1e11 s is the year 5138, 1e11 ms is 1973. */
const FIRST_MS = 1e11;
/** 2100. Later is nonsense, or microseconds. */
const LAST_MS = 4_102_444_800_000;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * A time as MAS writes it, as epoch milliseconds (cut, not rounded): `2026-08-14T10:00:00.000001`, with or without an offset. Without one
 * it is UTC: MAS writes UTC and forgets to say so, where JavaScript would take it for local time. undefined when it is none.
 *
 * By hand, because it runs for every sample of a signal: no expression, no Date object, no strings.
 */
export function utcMs(text: unknown): EpochMs | undefined {
  if (typeof text !== 'string' || text.length < 19 || text.length > 40) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const between = text.charCodeAt(10);
  if (
    text.charCodeAt(4) !== MINUS ||
    text.charCodeAt(7) !== MINUS ||
    (between !== LETTER_T && between !== SPACE) ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON
  )
    return undefined;
  // A part that is no number is NaN, and no comparison with NaN holds.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;

  let at = 19;
  let ms = 0;
  if (text.charCodeAt(at) === POINT) {
    let weight = 100;
    const first = ++at;
    for (; isDigit(text.charCodeAt(at)); at += 1) {
      ms += (text.charCodeAt(at) - ZERO) * Math.trunc(weight);
      weight /= 10;
    }
    if (at === first) return undefined;
  }
  const offset = offsetMinutes(text, at);
  if (offset === undefined) return undefined;
  const epoch = Date.UTC(year, month - 1, day, hour, minute, second) + ms - offset * 60_000;
  return epoch > 0 && epoch < LAST_MS ? epoch : undefined;
}

/** Epoch seconds, as `device.status` has them; undefined when they are not plausible. */
export const secondsMs = (seconds: unknown): EpochMs | undefined =>
  typeof seconds === 'number' && seconds > 0 && seconds < FIRST_MS ? inRange(Math.floor(seconds * 1_000)) : undefined;

/** Epoch milliseconds, as `safety.alert` has them. */
export const millisMs = (ms: unknown): EpochMs | undefined =>
  typeof ms === 'number' && ms >= FIRST_MS ? inRange(Math.floor(ms)) : undefined;

/** Any of the three encodings: for fields where what MAS means changed between builds. */
export const anyMs = (value: unknown): EpochMs | undefined => utcMs(value) ?? millisMs(value) ?? secondsMs(value);

const inRange = (ms: number): EpochMs | undefined => (ms < LAST_MS ? ms : undefined);

const ZERO = 48;
const COLON = 58;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const SPACE = 32;
const LETTER_T = 84;
const LETTER_Z = 90;

const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9;

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

const daysIn = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (DAYS[month - 1] ?? 0);

/** What follows the seconds: nothing or `Z` (0), `+hh:mm`, `+hhmm`, `+hh`. undefined: anything else. */
function offsetMinutes(text: string, at: number): number | undefined {
  const left = text.length - at;
  if (left === 0) return 0;
  const sign = text.charCodeAt(at);
  if (sign === LETTER_Z) return left === 1 ? 0 : undefined;
  if (sign !== PLUS && sign !== MINUS) return undefined;
  const hours = digits(text, at + 1, 2);
  let minutes = 0;
  if (left === 6 && text.charCodeAt(at + 3) === COLON) minutes = digits(text, at + 4, 2);
  else if (left === 5) minutes = digits(text, at + 3, 2);
  else if (left !== 3) return undefined;
  if (!(hours <= 23 && minutes <= 59)) return undefined;
  return (hours * 60 + minutes) * (sign === MINUS ? -1 : 1);
}
