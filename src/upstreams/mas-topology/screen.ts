import { scrubbed } from '../mas/addresses.ts';
import { type Fields, isFields } from '../mas/fields.ts';
import { screenedPayload } from './bus-events.ts';

const ignore = (): void => {};

/** What may leave our server of one message of MAS: no addresses, and nothing that people asked or agents answered. */
export function screenTopology(_path: string, value: unknown): unknown {
  const clean = scrubbed(value, ignore);
  if (!isFields(clean) || !isFields(clean.data) || !('payload' in clean.data)) return clean;
  const data: Fields = clean.data;
  return { ...clean, data: { ...data, payload: screenedPayload(data, ignore) } };
}
