import { repairNan } from '../../decode/nan-repair.ts';
import { type Fields, isFields } from '../mas/fields.ts';

/** The object at a place of a peer's JSON; undefined for anything else. */
export const fieldsOf = (value: unknown): Fields | undefined => (isFields(value) ? value : undefined);

/** JSON of a peer, also with the bare `NaN` that Python writes; undefined when it is none. `null` is a value. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // Not JSON is an answer here: whoever asked counts it.
    const repaired = repairNan(text, 'python');
    return repaired === undefined ? undefined : parseJson(repaired);
  }
}

/** What may be a name of a device: as a key of a channel and as a part of a path. */
export const deviceIdOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 128 ? value : undefined;

/** Keeps at most `most` entries: the one that was put first goes first. Returns what went. */
export function keepNewest<V>(map: Map<string, V>, most: number): string | undefined {
  if (map.size <= most) return undefined;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return oldest;
  }
  return undefined;
}
