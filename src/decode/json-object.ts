import { repairNan } from './nan-repair.ts';

export type JsonObject = Record<string, unknown>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Parses text that must be one JSON object; undefined when it is not. Never throws. A number too large for a double
 * (`1e999`) becomes null, so the result is plain JSON again when printed. `__proto__` is an ordinary own key of the result:
 * test keys with `Object.hasOwn`.
 */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = mayOverflow(text) ? JSON.parse(text, finiteOrNull) : JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Not JSON, or too deep for this engine: the caller's undefined is the answer, and it counts it.
    return undefined;
  }
}

/** The same, with the nan repair as second try. */
export function parseJsonObjectRepaired(
  text: string,
): { readonly value: JsonObject; readonly repaired: boolean } | undefined {
  const value = parseJsonObject(text);
  if (value !== undefined) return { value, repaired: false };
  const mended = repairNan(text);
  const mendedValue = mended === undefined ? undefined : parseJsonObject(mended);
  return mendedValue === undefined ? undefined : { value: mendedValue, repaired: true };
}

/** Fewer than 200 digits and an exponent below 100 stay below the largest double. */
const mayOverflow = (text: string): boolean => LARGE_EXPONENT.test(text) || hasLongNumber(text);
/** Behind a digit: `bme688`, which is in most lines of most boards, is no number. */
const LARGE_EXPONENT = /(?<=\d)[eE]\+?\d{3}/;
const LONG_NUMBER = /\d{200}/;

/** Looks closely only where two places 100 apart are digits: 200 digits in a row cover two such places wherever they begin. */
function hasLongNumber(text: string): boolean {
  for (let at = 0; at + 100 < text.length; at += 100) {
    if (isDigit(text.charCodeAt(at)) && isDigit(text.charCodeAt(at + 100))) return LONG_NUMBER.test(text);
  }
  return false;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const finiteOrNull = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;
