import { isFields } from './fields.ts';

/** Addresses of machines, which are nobody's business outside MAS: `http://…`, `10.1.2.3:8000`, `fe80::1`, `postgresql://user:word@host`. */
const ADDRESS =
  /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]}]+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b|\bhost='[^']*'/gi;
const LOOKS_LIKE = /:\/\/|\d\.\d|::?[0-9a-f]|host=/i;
const WITHHELD = '[address]';

/** A text of MAS (errors carry addresses) without them. The same object when there was none. */
export const withoutAddresses = (text: string): string =>
  LOOKS_LIKE.test(text) ? text.replace(ADDRESS, WITHHELD) : text;

/** Fields that hold an address whatever it looks like. */
const ADDRESS_FIELDS = new Set(['url', 'host', 'hostname', 'ip', 'source_ip', 'dest_ip', 'mac', 'address', 'endpoint']);
const MAX_DEPTH = 12;

/** A copy of a JSON value without addresses; `withheld` is called for each that went. Times of day are no addresses and stay. */
export function scrubbed(value: unknown, withheld: () => void, depth = 0): unknown {
  if (typeof value === 'string') {
    if (ISO_TIME.test(value)) return value;
    const clean = withoutAddresses(value);
    if (clean !== value) withheld();
    return clean;
  }
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, withheld, depth + 1));
  if (!isFields(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (name === '__proto__') continue;
    if (ADDRESS_FIELDS.has(name.toLowerCase()) && typeof field === 'string' && field !== '') withheld();
    else copy[name] = scrubbed(field, withheld, depth + 1);
  }
  return copy;
}

const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
