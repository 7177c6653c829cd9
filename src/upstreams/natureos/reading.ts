import type { EpochMs } from '../../contract/time.ts';
import { type Fields, fieldsOf, numberOf } from './fields.ts';
import { unitOf } from './units.ts';

export interface NamedValue {
  readonly name: string;
  readonly value: number;
  readonly unit: string | undefined;
}

/** What one message says of one device. */
export interface Reading {
  readonly seq: number | undefined;
  readonly firmware: string | undefined;
  /** The device's clock; undefined with `clockUnset` where it cannot be believed. */
  readonly deviceAt: EpochMs | undefined;
  readonly clockUnset: boolean;
  readonly uptimeMs: number | undefined;
  readonly values: readonly NamedValue[];
  readonly states: Readonly<Record<string, boolean>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Names of fields that should have been numbers and were not. */
  readonly dropped: readonly string[];
}

/** Of one message; more are dropped by name. */
const MOST_VALUES = 256;
const MOST_NAME_CHARS = 64;

/** Collects values, and what cannot be one. */
export class ValueList {
  readonly values: NamedValue[] = [];
  readonly dropped: string[] = [];

  /** @param unit undefined: what the name implies. */
  add(name: string, raw: unknown, unit: string | undefined = unitOf(name)): void {
    const value = numberOf(raw);
    if (value === undefined) return;
    const isBadName = name.length > MOST_NAME_CHARS || name === '__proto__';
    if (Number.isNaN(value) || this.values.length >= MOST_VALUES || isBadName) this.dropped.push(name);
    else this.values.push({ name, value, unit });
  }

  /** Every member of an object of numbers: `ai_volts` → `ai_volts.ai1`. */
  addAll(prefix: string, raw: unknown, unit?: string): void {
    const members = fieldsOf(raw);
    for (const name in members) this.add(`${prefix}.${name}`, members[name], unit);
  }
}

/** Who and when, in a body of a sender's own; never readings. */
const NOT_VALUES = new Set(['ts', 'timestamp', 'time', 'seq', 'sequence', 'serial', 'deviceid', 'device_id', 'msgid']);

/**
 * A body in the sender's own words: its numbers by name, in lower case. A name whose unit we know is due a number; of other names text
 * and objects are the sender's own business.
 */
export function readRaw(body: Fields, into: ValueList): void {
  for (const key in body) {
    const name = key.toLowerCase();
    if (NOT_VALUES.has(name)) continue;
    const raw = body[key];
    if (typeof raw === 'number' || unitOf(name) !== undefined || isNumberText(raw)) into.add(name, raw);
  }
}

const isNumberText = (raw: unknown): boolean => typeof raw === 'string' && !Number.isNaN(numberOf(raw));
