/** A JSON object of somebody else: every field must be looked at before it is believed. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text that says something, cut; undefined for anything else. */
export const textOf = (value: unknown, maxChars = 300): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? cut(value, maxChars) : undefined;

const cut = (text: string, maxChars: number): string =>
  text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;

/** An id: a text that is not blank and not too long, or a number as text. Never cut: two ids must not become one. */
export function idOf(value: unknown, maxChars = 256): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.length <= maxChars && value.trim() !== '' ? value : undefined;
}

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : undefined;

export const booleanOf = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** The texts of a list, at most `most`; [] for anything that is no list. */
export function textsOf(value: unknown, most = 64, maxChars = 80): readonly string[] {
  if (!Array.isArray(value)) return [];
  const texts: string[] = [];
  for (const item of value) {
    if (texts.length >= most) break;
    const text = textOf(item, maxChars);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** The word if it is one of `known`, else `unknown`. */
export function wordOf<const W extends string>(value: unknown, known: readonly W[]): W | 'unknown' {
  return (known as readonly unknown[]).includes(value) ? (value as W) : 'unknown';
}

export type Plain = string | number | boolean | null;

/** The fields that are plain values, short, at most `most` of them. What is nested is left out. */
export function plainFields(value: unknown, most = 32, maxChars = 120): Readonly<Record<string, Plain>> {
  const plain: Record<string, Plain> = {};
  if (!isFields(value)) return plain;
  let left = most;
  for (const [name, field] of Object.entries(value)) {
    if (left === 0) break;
    if (name === '__proto__' || name.length > 64) continue;
    if (field === null || typeof field === 'boolean') plain[name] = field;
    else if (typeof field === 'number' && Number.isFinite(field)) plain[name] = field;
    else if (typeof field === 'string') plain[name] = cut(field, maxChars);
    else continue;
    left -= 1;
  }
  return plain;
}
