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
    const value: unknown = MAY_OVERFLOW.test(text) ? JSON.parse(text, finiteOrNull) : JSON.parse(text);
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
const MAY_OVERFLOW = /[eE]\+?\d{3}|\d{200}/;

const finiteOrNull = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;
