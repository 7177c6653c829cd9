import type { EpochMs } from '../../contract/time.ts';
import { type Fields, field, fieldsOf, isFields, numberOf, plainNumberOf, textOf } from './fields.ts';
import { timeOf } from './times.ts';
import { spelledUnit, unitOf } from './units.ts';

/** One reading of the past, as `/devices/{id}/sensor-data` gives it. */
export interface HistoryReading {
  readonly device: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string | undefined;
  readonly at: EpochMs | undefined;
  readonly sequence: number | undefined;
}

/** A page of a list: `{items, continuationToken?, hasMore}`, or the list alone. */
export interface Page {
  readonly items: readonly unknown[];
  /** There is more behind this, even where the page itself is empty. */
  readonly next: string | undefined;
}

export function readPage(answer: unknown): Page | undefined {
  if (Array.isArray(answer)) return { items: answer, next: undefined };
  const items = isFields(answer) ? field(answer, 'items') : undefined;
  if (!isFields(answer) || !Array.isArray(items)) return undefined;
  const token = textOf(field(answer, 'continuationToken'));
  return { items, next: field(answer, 'hasMore') === true ? token : undefined };
}

export function readHistory(
  answer: unknown,
): { readonly readings: readonly HistoryReading[]; readonly dropped: readonly string[] } | undefined {
  const page = readPage(answer);
  if (page === undefined) return undefined;
  const dropped: string[] = [];
  const readings = page.items.flatMap((item, index) => {
    const reading = isFields(item) ? readItem(item) : undefined;
    if (reading === undefined) dropped.push(`items[${index}]`);
    else if (reading.value === undefined) dropped.push(`items[${index}].value`);
    return reading?.value === undefined ? [] : [{ ...reading, value: reading.value }];
  });
  return { readings, dropped };
}

function readItem(item: Fields): (Omit<HistoryReading, 'value'> & { readonly value: number | undefined }) | undefined {
  const metadata = fieldsOf(field(item, 'metadata'));
  const device = textOf(field(item, 'deviceId')) ?? textOf(field(metadata, 'serial'));
  const name = textOf(field(item, 'sensorType'))?.toLowerCase();
  if (device === undefined || name === undefined) return undefined;
  const value = numberOf(field(item, 'value'));
  // The source leaves the unit out; the type of sensor tells it.
  const unit = textOf(field(item, 'unit'));
  return {
    device,
    name,
    value: value === undefined || Number.isNaN(value) ? undefined : value,
    unit: unit === undefined ? unitOf(name) : spelledUnit(unit),
    at: timeOf(field(item, 'timestamp')),
    sequence: plainNumberOf(field(metadata, 'sequence')),
  };
}
