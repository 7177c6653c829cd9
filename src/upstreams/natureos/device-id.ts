import { type Fields, field, fieldsOf, textOf } from './fields.ts';

/** Longer ones are no ids. */
const MOST_CHARS = 128;

const idOf = (value: unknown): string | undefined => {
  const id = textOf(value);
  return id === undefined || id.length > MOST_CHARS ? undefined : id;
};

/** Whose message it is: `deviceId`, else what its data say. Trimmed, case kept. */
export function deviceIdOf(message: Fields): string | undefined {
  const id = idOf(field(message, 'deviceId'));
  if (id !== undefined) return id;
  const data = fieldsOf(field(message, 'data'));
  return idOf(field(data, 'serial')) ?? idOf(field(data, 'deviceId'));
}

/** The device behind a `source`: `Mushroom1` speaks for the device `mushroom1`. */
export function sourceDeviceOf(source: unknown): string | undefined {
  const id = idOf(source);
  return id?.toLowerCase() === MUSHROOM1 ? MUSHROOM1 : id;
}

export const MUSHROOM1 = 'mushroom1';
