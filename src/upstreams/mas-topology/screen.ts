import { scrubbed } from '../mas/addresses.ts';
import { type Fields, isFields } from '../mas/fields.ts';
import { screenedPayload } from './bus-events.ts';

const ignore = (): void => {};

/** What may leave our server of one message of MAS: no addresses, and nothing that people asked or agents answered. */
export function screenTopology(path: string, value: unknown): unknown {
  const clean = scrubbed(value, ignore);
  if (path.startsWith('/api/incidents')) return withoutHosts(clean);
  if (!isFields(clean) || !isFields(clean.data) || !('payload' in clean.data)) return clean;
  const data: Fields = clean.data;
  return { ...clean, data: { ...data, payload: screenedPayload(data, ignore) } };
}

/** Names of machines, and details that nobody has looked through. */
function withoutHosts(value: unknown): unknown {
  if (!isFields(value) || !Array.isArray(value.incidents)) return value;
  return {
    ...value,
    incidents: value.incidents.map((incident) => (isFields(incident) ? { ...incident, ...HIDDEN } : incident)),
  };
}

const HIDDEN = { host: null, details: {}, timeline: [] };
