import { type Fields, field, isFields, textOf } from './fields.ts';
import { type NamedValue, readRaw, ValueList } from './reading.ts';
import { spelledUnit, unitOf } from './units.ts';

/** The readings in a message as a device sent it: `pack` as a list of `{id, v, u}` or by name; without one, its own numbers. */
export function readEnvelope(envelope: unknown): {
  readonly values: readonly NamedValue[];
  readonly dropped: readonly string[];
} {
  const list = new ValueList();
  if (!isFields(envelope))
    return envelope === undefined || envelope === null ? list : { values: [], dropped: ['envelope'] };
  const pack = field(envelope, 'pack');
  if (Array.isArray(pack)) for (const [index, item] of pack.entries()) addItem(item, index, list);
  else readRaw(isFields(pack) ? pack : envelope, list);
  return list;
}

function addItem(item: unknown, index: number, list: ValueList): void {
  const name = isFields(item) ? nameOf(item) : undefined;
  if (name === undefined || !isFields(item)) {
    list.dropped.push(`pack[${index}]`);
    return;
  }
  const unit = textOf(field(item, 'u') ?? field(item, 'unit'));
  list.add(name, field(item, 'v') ?? field(item, 'value'), unit === undefined ? unitOf(name) : spelledUnit(unit));
}

const nameOf = (item: Fields): string | undefined => textOf(field(item, 'id') ?? field(item, 'name'))?.toLowerCase();
