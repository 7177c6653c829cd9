import { openChannelKind } from './channel.ts';
import { MAX_RECORDS } from './to-relay.ts';
import { isBoundedJson } from './wire-schemas.ts';

const PLAIN_KEYS: ReadonlySet<string> = new Set(['t', 'rid', 'channel', 'key', 'records']);
const KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * Whether this is a `publish` of records that its schema would take as it is. The same checks by hand: publishing is what comes a
 * hundred thousand times a second, and a schema costs more than all the rest of it. What is not plain is left to the schema.
 */
export function isPlainPublish(value: { readonly t: string }): boolean {
  if (value.t !== 'publish') return false;
  for (const key in value) if (!PLAIN_KEYS.has(key)) return false;
  const { rid, channel, key, records } = value as Readonly<Record<string, unknown>>;
  return (
    (rid === undefined || (Number.isSafeInteger(rid) && (rid as number) >= 0)) &&
    typeof channel === 'string' &&
    openChannelKind(channel) === 'events' &&
    (key === undefined || (typeof key === 'string' && KEY.test(key))) &&
    Array.isArray(records) &&
    records.length > 0 &&
    records.length <= MAX_RECORDS &&
    records.every(isBoundedJson)
  );
}
