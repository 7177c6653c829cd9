import { isJsonObject } from '../../decode/json-object.ts';
import { addAttribute, addDropped, addReading, numberOf, type Readings } from '../readings.ts';
import { isMeasurement, unitAsRead, unitOfName } from './units.ts';

/** A list of readings, each with its own unit: 6.1. Two of one id are two readings, in their order. */
export function readPack(into: Readings, pack: readonly unknown[]): void {
  for (const [at, item] of pack.entries()) {
    const id = isJsonObject(item) && Object.hasOwn(item, 'id') ? item.id : undefined;
    if (!isJsonObject(item) || !isName(id)) {
      addDropped(into, `pack[${at}]`);
      continue;
    }
    const name = String(id).toLowerCase();
    const number = numberOf(item.v);
    if (number !== undefined) addReading(into, name, number, unitAsRead(item.u) ?? unitOfName(name));
    else if (isMeasurement(name) || item.v === null || item.v === undefined || typeof item.v === 'number')
      addDropped(into, name);
    else addAttribute(into, name, item.v);
  }
}

/** The newest reading of each channel of a fungal computer interface: 6.3. */
export function readLatest(into: Readings, latest: readonly unknown[]): void {
  for (const [at, item] of latest.entries()) {
    if (!isJsonObject(item) || !isName(item.signal_type) || !isName(item.channel_id)) {
      addDropped(into, `latest_readings[${at}]`);
      continue;
    }
    const name = `${item.signal_type}[${item.channel_id}]`.toLowerCase();
    const number = numberOf(item.raw_value);
    if (number === undefined || !isName(item.id)) addDropped(into, name);
    else addReading(into, name, number, unitAsRead(item.raw_unit) ?? '');
  }
}

const isName = (value: unknown): value is string | number =>
  (typeof value === 'string' && value.trim() !== '') || typeof value === 'number';
