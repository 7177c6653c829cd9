import type { StreamEntry } from './read-entry.ts';
import type { Reply } from './redis-link.ts';

const isList = (reply: Reply | undefined): reply is readonly Reply[] => Array.isArray(reply);

/** Entries as XRANGE and XREVRANGE answer them. One that was deleted meanwhile has no fields and is left out. */
export function entriesOf(reply: Reply | undefined): readonly StreamEntry[] {
  if (!isList(reply)) return [];
  return reply.flatMap((entry) => {
    if (!isList(entry) || !isList(entry[1])) return [];
    return [{ id: String(entry[0]), fields: entry[1].filter((field) => Buffer.isBuffer(field)) }];
  });
}

/** What XREAD answers: entries by stream. Nothing new: empty. */
export function streamsOf(reply: Reply): ReadonlyMap<string, readonly StreamEntry[]> {
  if (!isList(reply)) return new Map();
  return new Map(reply.filter(isList).map(([key, entries]) => [String(key), entriesOf(entries)]));
}
