/** Reading the members of a parsed JSON object that anything may have sent. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const own = (value: JsonObject, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);

/** A finite number; null, text and everything else count as absent. */
export function numberOf(value: JsonObject, key: string): number | undefined {
  const member = own(value, key);
  return typeof member === 'number' && Number.isFinite(member) ? member : undefined;
}

/** A text that says something. */
export function textOf(value: JsonObject, key: string): string | undefined {
  const member = own(value, key);
  return typeof member === 'string' && member.trim() !== '' ? member.trim() : undefined;
}

export function objectOf(value: JsonObject, key: string): JsonObject | undefined {
  const member = own(value, key);
  return isObject(member) ? member : undefined;
}

export function arrayOf(value: JsonObject, key: string): readonly unknown[] | undefined {
  const member = own(value, key);
  return Array.isArray(member) ? member : undefined;
}

export const textsOf = (value: JsonObject, key: string): string[] | undefined =>
  arrayOf(value, key)?.filter((member): member is string => typeof member === 'string');
