import type { NamedReading } from '../contract/upstream/reading.ts';

/** Text that is a number from its first to its last character. Python's `nan` and `inf` are none. */
const NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const MAX_NUMERIC_CHARS = 40;

/** A number, or text that is one; undefined for anything else, also for NaN and Infinity. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_NUMERIC_CHARS || !NUMERIC.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** What one message said in numbers. Bounded: a message with more than this is no message of a device. */
export interface Readings {
  readonly readings: NamedReading[];
  readonly dropped: string[];
  readonly attributes: Record<string, string>;
}

export const MAX_READINGS = 512;
const MAX_DROPPED = 64;
const MAX_ATTRIBUTES = 16;
const MAX_NAME_CHARS = 128;
const MAX_TEXT_CHARS = 200;

export const noReadings = (): Readings => ({ readings: [], dropped: [], attributes: {} });

export function addReading(into: Readings, name: string, value: number, unit: string): void {
  if (into.readings.length < MAX_READINGS) into.readings.push({ name: cut(name), value, unit });
  else addDropped(into, name);
}

export function addDropped(into: Readings, name: string): void {
  if (into.dropped.length < MAX_DROPPED) into.dropped.push(cut(name));
}

/** A member that is no number: kept as text, the first few. */
export function addAttribute(into: Readings, name: string, value: unknown): void {
  if (value === null || value === undefined || typeof value === 'object') return;
  if (Object.keys(into.attributes).length >= MAX_ATTRIBUTES || name === '__proto__') return;
  into.attributes[cut(name)] = String(value).slice(0, MAX_TEXT_CHARS);
}

const cut = (name: string): string => (name.length > MAX_NAME_CHARS ? name.slice(0, MAX_NAME_CHARS) : name);

/** What a name is known to be measured in. */
export interface NameRules {
  /** Of a name in lower case: its unit, and the name without it where it says so itself. */
  readonly nameAndUnit: (name: string) => readonly [name: string, unit: string];
  /** Whether a value of this name that is no number is a fault of the message. */
  readonly isKnown: (name: string) => boolean;
  /** Members that are not measured: times, ids. */
  readonly isNoReading?: (name: string) => boolean;
  /** Whether null (also what was NaN) is a fault of any name, not of known ones alone. */
  readonly dropsNull?: boolean;
}

/**
 * Members of an object as readings: numbers, and text that is one. A known name with anything else is dropped alone; of any other name it is
 * an attribute.
 */
export function readMap(into: Readings, map: Readonly<Record<string, unknown>>, rules: NameRules, prefix = ''): void {
  for (const key of Object.keys(map)) {
    const lower = key.toLowerCase();
    if (rules.isNoReading?.(lower) === true) continue;
    const value = map[key];
    const number = numberOf(value);
    const [name, unit] = rules.nameAndUnit(lower);
    if (number !== undefined) addReading(into, prefix + name, number, unit);
    else if (rules.isKnown(name) || (value === null && rules.dropsNull === true)) addDropped(into, prefix + name);
    else addAttribute(into, prefix + lower, value);
  }
}
