import { keptValue } from '../../components/kept-value.ts';

/** A group that a person made: names of devices under a name of theirs. */
export interface OwnGroup {
  readonly name: string;
  /** Of each device one of `FleetDevice.knownAs`. */
  readonly keys: readonly string[];
}

export const MAX_NAME = 40;
const MOST_GROUPS = 50;
const MOST_KEYS = 500;
const MAX_KEY = 200;

/** Reads what this browser kept; what is none is left out. */
export function readOwnGroups(text: string | null): readonly OwnGroup[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isGroup).slice(0, MOST_GROUPS) : [];
  } catch {
    // Cut off or not ours: no groups.
    return [];
  }
}

function isGroup(value: unknown): value is OwnGroup {
  if (typeof value !== 'object' || value === null) return false;
  const { name, keys } = value as Record<string, unknown>;
  const isName = typeof name === 'string' && name !== '' && name.length <= MAX_NAME;
  return isName && Array.isArray(keys) && keys.length <= MOST_KEYS && keys.every(isKey);
}

const isKey = (key: unknown): boolean => typeof key === 'string' && key.length <= MAX_KEY;

/** With these in the group of this name; a new one where there is none. Undefined: there are too many. */
export function withMembers(
  groups: readonly OwnGroup[],
  name: string,
  keys: readonly string[],
): readonly OwnGroup[] | undefined {
  const before = groups.find((group) => group.name === name);
  const all = [...new Set([...(before?.keys ?? []), ...keys.filter(isKey)])];
  if (all.length > MOST_KEYS || (before === undefined && groups.length >= MOST_GROUPS)) return undefined;
  const others = groups.filter((group) => group !== before);
  return [...others, { name, keys: all }].sort((a, b) => a.name.localeCompare(b.name));
}

/** Without these; a group without members is none. */
export const withoutMembers = (
  groups: readonly OwnGroup[],
  name: string,
  keys: readonly string[],
): readonly OwnGroup[] =>
  groups
    .map((group) => (group.name === name ? { name, keys: group.keys.filter((key) => !keys.includes(key)) } : group))
    .filter((group) => group.keys.length > 0);

const book = keptValue('hyphae.devices.groups', readOwnGroups, (groups) => JSON.stringify(groups));

/** Reactive. */
export const ownGroups = book.get;
export const setOwnGroups = book.set;
export const areGroupsUnsaved = book.isUnsaved;
