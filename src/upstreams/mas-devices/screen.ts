import { withoutAddresses } from '../mas/addresses.ts';
import { isFields } from '../mas/fields.ts';

/** Fields that carry addresses of the laboratory's network, wherever they are. */
const INTERNAL: ReadonlySet<string> = new Set([
  'host',
  'agent_url',
  'vision_urls',
  'openclaw_url',
  'ip',
  'ip_address',
  'base_url',
  'url',
  'masUrl',
  'moshi_url',
  'mas_url',
  'voice_command_url',
]);
const MAX_DEPTH = 12;
/** Colons of a time are no address. */
const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
/**
 * What may reach a browser of an answer: everything but where things are inside the house. Gives the same value back when there was
 * nothing to take out, so that the common case copies nothing.
 */
export function screened(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return ISO_TIME.test(value) ? value : withoutAddresses(value);
  if (depth >= MAX_DEPTH) return typeof value === 'object' && value !== null ? undefined : value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      const clean = screened(item, depth + 1);
      if (clean !== item) {
        copy ??= [...(value as unknown[])];
        copy[index] = clean;
      }
    }
    return copy ?? value;
  }
  if (!isFields(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const clean = INTERNAL.has(key) ? undefined : screened(item, depth + 1);
    if (clean === item && !INTERNAL.has(key)) continue;
    copy ??= { ...value };
    if (clean === undefined) delete copy[key];
    else copy[key] = clean;
  }
  return copy ?? value;
}
