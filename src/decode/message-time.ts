import type { EpochMs } from '../contract/time.ts';

/** No zone means UTC. Python writes six digits of a second, an offset with or without colon, and sometimes a space for the T. */
const STAMP =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?$/;
/** Smaller numbers are seconds. */
const FIRST_MS = 1e11;
/** Later than 2286: microseconds, or nonsense. */
const LAST_MS = 1e13;

/** A time as publishers write it, as epoch milliseconds (cut, not rounded); undefined when it is none. */
export function timeOf(value: unknown): EpochMs | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  return /^\d+(?:\.\d+)?$/.test(text) ? fromNumber(Number(text)) : fromStamp(text);
}

function fromNumber(value: number): EpochMs | undefined {
  const ms = Math.floor(value < FIRST_MS ? value * 1_000 : value);
  return ms > 0 && ms < LAST_MS ? ms : undefined;
}

function fromStamp(text: string): EpochMs | undefined {
  const match = STAMP.exec(text);
  if (match === null) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6] ?? 0);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  // A day that the month does not have would be taken for one of the next.
  if (new Date(midnight).getUTCDate() !== day) return undefined;
  const thousandths = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = (Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0)) * (match[9] === '-' ? -1 : 1);
  const ms = midnight + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + thousandths;
  return ms > 0 && ms < LAST_MS ? ms : undefined;
}
