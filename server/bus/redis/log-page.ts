import type { Reply } from './connection.ts';
import { type Entry, type Place, parseEntries } from './entry.ts';

/** What `log-scripts.ts` READ answers. */
export interface LogPage {
  readonly entries: readonly Entry[];
  /** Where the log ends now. */
  readonly end: Place;
}

export function parsePage(reply: Reply): LogPage {
  if (!Array.isArray(reply)) throw new TypeError('a page of a log is a list');
  const [epoch, , end, ...texts] = reply as readonly Reply[];
  const [offset, k] = String(end).split('-').map(Number);
  const entries = texts.flatMap((text) => (Buffer.isBuffer(text) ? (parseEntries(text) ?? []) : []));
  return { entries, end: { epoch: String(epoch), offset: offset ?? 0, k: k ?? 0 } };
}
