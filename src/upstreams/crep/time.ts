import type { EpochMs } from '../../contract/time.ts';

const YEAR_2000 = 946_684_800_000;
const DIGITS = /^\d{1,16}(?:\.\d{1,6})?$/;
const SQL_OR_GO =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(?:\s*(Z|[+-]\d{2}:?\d{2}))?(?:\s+[A-Z]{1,5})?$/;

/** A time on the wire (crep §6.4); undefined when it cannot be read or lies before 2000. Whole ms. */
export function parseTime(value: unknown): EpochMs | undefined {
  const exact = parseExactTime(value);
  return exact === undefined ? undefined : Math.floor(exact);
}

/** The same with the fraction of a ms that element sets need. */
export function parseExactTime(value: unknown): EpochMs | undefined {
  if (typeof value === 'string') return readText(value);
  return typeof value === 'number' && Number.isFinite(value) ? ofNumber(value) : undefined;
}

const ofNumber = (value: number): EpochMs | undefined => since2000(value < 1e11 ? value * 1_000 : value);
const since2000 = (ms: number): EpochMs | undefined => (ms >= YEAR_2000 && ms < 8.64e15 ? ms : undefined);

/** The day of the last text that was read: one message has mostly one. */
let dayText = '';
let dayMs = 0;

function readText(text: string): EpochMs | undefined {
  // `2026-11-20T11:59:59.100Z`: nearly all of them, and 30,000 in one answer.
  if (text.length === 24 && text.charCodeAt(23) === 0x5a && text.charCodeAt(19) === 0x2e) {
    const day = text.slice(0, 11);
    if (day !== dayText) {
      const ms = Date.parse(`${day}00:00:00Z`);
      if (Number.isNaN(ms)) return undefined;
      dayText = day;
      dayMs = ms;
    }
    const ms =
      two(text, 11) * 3_600_000 +
      two(text, 14) * 60_000 +
      two(text, 17) * 1_000 +
      two(text, 20) * 10 +
      (text.charCodeAt(22) - 0x30);
    if (ms >= 0 && ms < 86_400_000 && text.charCodeAt(13) === 0x3a && text.charCodeAt(16) === 0x3a)
      return since2000(dayMs + ms);
  }
  return readAnyText(text.trim());
}

const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

function readAnyText(text: string): EpochMs | undefined {
  if (text.length === 0 || text.length > 64) return undefined;
  if (DIGITS.test(text)) return ofNumber(Number(text));
  const match = SQL_OR_GO.exec(text);
  if (match === null) return /^\d{4}-\d{2}-\d{2}$/.test(text) ? since2000(Date.parse(text)) : undefined;
  const [, day, clock, fraction, zone] = match;
  const offset =
    zone === undefined || zone === 'Z' ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${day}T${clock}${offset}`);
  if (Number.isNaN(ms)) return undefined;
  return since2000(ms + (fraction === undefined ? 0 : Number(`0${fraction}`) * 1_000));
}
