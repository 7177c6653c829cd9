/** Addresses of machines, which are nobody's business outside MAS: `http://…`, `192.0.2.7:8000`, `2001:db8::1`, `postgresql://user:word@host`. */
const ADDRESS =
  /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]}]+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5}::[0-9a-f]{1,4}\b|\bhost='[^']*'/gi;
const LOOKS_LIKE = /:\/\/|\d\.\d|::?[0-9a-f]|host=/i;
const WITHHELD = '[address]';

/** A text of MAS (errors carry addresses) without them. The same object when there was none. */
export const withoutAddresses = (text: string): string =>
  LOOKS_LIKE.test(text) ? text.replace(ADDRESS, WITHHELD) : text;

/** Fields that hold an address whatever it looks like. */
const ADDRESS_FIELDS = new Set(['url', 'hostname', 'ip', 'source_ip', 'dest_ip', 'mac']);
const MAX_DEPTH = 12;

/**
 * A JSON value without addresses; `withheld` is called for each that went. The very value where there was none, which is the rule. Times of
 * day are no addresses and stay.
 */
export function scrubbed(value: unknown, withheld: () => void, depth = 0): unknown {
  if (typeof value === 'string') return scrubbedText(value, withheld);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let at = 0; at < value.length; at += 1) {
      const clean = scrubbed(value[at], withheld, depth + 1);
      if (clean !== value[at]) {
        copy ??= [...value];
        copy[at] = clean;
      }
    }
    return copy ?? value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [name, field] of Object.entries(value)) {
    const isAddress = ADDRESS_FIELDS.has(name.toLowerCase()) && typeof field === 'string' && field !== '';
    const clean = isAddress ? undefined : scrubbed(field, withheld, depth + 1);
    if (clean === field && name !== '__proto__') continue;
    if (isAddress) withheld();
    copy ??= { ...value };
    if (clean === undefined || name === '__proto__') delete copy[name];
    else copy[name] = clean;
  }
  return copy ?? value;
}

function scrubbedText(text: string, withheld: () => void): string {
  if (ISO_TIME.test(text)) return text;
  const clean = withoutAddresses(text);
  if (clean !== text) withheld();
  return clean;
}

const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
