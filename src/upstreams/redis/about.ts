import type { FeedRecord } from '../../contract/upstream/redis.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import type { Out, ReadContext } from '../out.ts';

/** What every reader of one kind of feed gets. */
export interface FeedMessage {
  readonly record: FeedRecord;
  readonly data: JsonObject;
  readonly about: Sourced;
  readonly out: Out;
  readonly context: ReadContext;
}

/** What a record says about itself, whatever is in it. */
export function aboutOf({ at, atFrom, source, from, flags }: FeedRecord, context: ReadContext): Sourced {
  const simulated = context.simulated || flags.includes('simulated');
  return {
    at,
    atFrom: atFrom === 'arrival' ? 'arrival' : 'source',
    rx: context.now,
    source: source ?? from,
    provenance: simulated ? 'simulated' : 'measured',
    flags: simulated && !flags.includes('simulated') ? [...flags, 'simulated'] : flags,
  };
}

/** The same with one flag more. */
export const flagged = (about: Sourced, ...more: readonly string[]): Sourced =>
  more.length === 0 ? about : { ...about, flags: [...about.flags, ...more] };

/** An id as text: numbers too, trimmed; undefined: there is none. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.length > 256 ? undefined : text;
}

const MAX_TEXT = 500;

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT) : undefined;

const MAX_DETAILS = 32;
const MAX_DETAIL_CHARS = 200;

/** Members that are numbers or short texts, the first few, without the named ones. */
export function detailsOf(value: unknown, without: readonly string[] = []): Record<string, number | string> {
  const details: Record<string, number | string> = {};
  if (!isJsonObject(value)) return details;
  let count = 0;
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (without.includes(key) || key === '__proto__' || count >= MAX_DETAILS) continue;
    if (typeof member === 'number') details[key] = member;
    else if (typeof member === 'string') details[key] = member.slice(0, MAX_DETAIL_CHARS);
    else if (typeof member === 'boolean') details[key] = String(member);
    else continue;
    count += 1;
  }
  return details;
}
