/** A JSON object of a peer. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or one without fields where there is none: for optional parts. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : NONE);
const NONE: Fields = {};

/**
 * A field by its camelCase name, whatever casing the sender's store made of it: `deviceId`, `DeviceId` and `device_id` are one.
 * undefined: there is none.
 */
export function field(of: Fields, name: string): unknown {
  const value = of[name] ?? of[snakeOf(name)];
  if (value !== undefined && value !== null) return value;
  for (const key in of) if (sameName(key, name) && Object.hasOwn(of, key)) return of[key];
  return undefined;
}

/** Names that were asked for; they are ours, so they are few. */
const snakes = new Map<string, string>();

/** `sideA` → `side_a`: the one other way of writing that is common enough to be tried at once. */
function snakeOf(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, snake);
  }
  return snake;
}

const UNDERSCORE = 95;

/** Without making strings: this runs for every field that is not written as we write it. */
function sameName(a: string, b: string): boolean {
  let i = 0;
  let j = 0;
  for (;;) {
    while (a.charCodeAt(i) === UNDERSCORE) i += 1;
    while (b.charCodeAt(j) === UNDERSCORE) j += 1;
    if (i >= a.length || j >= b.length) return i >= a.length && j >= b.length;
    if (lower(a.charCodeAt(i)) !== lower(b.charCodeAt(j))) return false;
    i += 1;
    j += 1;
  }
}

const lower = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

/** Text with something in it, trimmed. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** Longer texts are cut: they are for people. */
export function shortTextOf(value: unknown, mostChars = 2_000): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length > mostChars ? `${text.slice(0, mostChars)}…` : text;
}

export const booleanOf = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

const NUMBER_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, or text that is one from end to end. undefined: nothing there (null). NaN: something else, where a number is due. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  if (text.length > 64 || !NUMBER_TEXT.test(text)) return Number.NaN;
  const number = Number(text);
  return Number.isFinite(number) ? number : Number.NaN;
}

/** A number or nothing, where nobody has to be told that it was something else. */
export function plainNumberOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number === undefined || Number.isNaN(number) ? undefined : number;
}
