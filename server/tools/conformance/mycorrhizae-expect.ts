import { unitAsRead } from '../../../src/upstreams/mycorrhizae/units.ts';
import { firstDifference } from './first-difference.ts';

/** What the reader did with one vector, in the words of the vectors. */
export type Observed = Readonly<Record<string, unknown>> & { readonly outcome: string };

interface Value {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string | null;
}

/** Readings with their units in one spelling: the vectors write `degC` where people read `°C`. */
export const valuesOf = (readings: unknown): readonly Value[] | undefined =>
  Array.isArray(readings)
    ? readings.map(({ name, value, unit }) => ({ name, value, unit: unitAsRead(unit) ?? null }))
    : undefined;

/** The first thing that differs from what is expected, in words. Every key of the expectation is looked at. */
export function differenceFrom(expect: Readonly<Record<string, unknown>>, observed: Observed): string | undefined {
  for (const [key, wanted] of Object.entries(expect)) {
    const difference = compare(key, wanted, observed, expect);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compare(
  key: string,
  wanted: unknown,
  observed: Observed,
  expect: Readonly<Record<string, unknown>>,
): string | undefined {
  const got = observed[key];
  switch (key) {
    case 'values':
      return compareValues(valuesOf(wanted) ?? [], (got as readonly Value[] | undefined) ?? [], expect.optional);
    case 'optional':
      return undefined;
    case 'dropped':
      return compareSets(key, namesOf(wanted).map(plainPath), namesOf(got).map(plainPath));
    case 'flags': {
      const flags = namesOf(got).map(plainWord);
      const missing = namesOf(wanted).find((flag) => !flags.includes(plainWord(flag)));
      return missing === undefined ? undefined : `flags: ${missing} is missing from ${flags.join(', ') || 'none'}`;
    }
    case 'hidden':
    case 'private': {
      const shown = namesOf(wanted).find((path) => namesOf(observed.shown).includes(path));
      return shown === undefined ? undefined : `${shown} reaches a browser`;
    }
    case 'reason':
      return isLike(String(wanted), String(got ?? ''))
        ? undefined
        : `reason: expected ${String(wanted)}, got ${String(got)}`;
    default:
      return firstDifference(wanted, got, key);
  }
}

const namesOf = (list: unknown): readonly string[] => (Array.isArray(list) ? list.map(String) : []);
const plainWord = (word: string): string => word.toLowerCase().replaceAll('_', '-');
/** `payload.pack[2]`, `pack.2` and `$.pack[2]` are one place. */
const plainPath = (path: string): string =>
  path
    .toLowerCase()
    .replace(/^\$\.?/, '')
    .replace(/^(?:payload|data)\.(?=.)/, '')
    .replace(/\[(\w+)\]$/, '.$1');

/** Words of a reason are compared loosely, as the vectors ask: one of them in common. */
const isLike = (wanted: string, got: string): boolean => {
  const words = new Set(got.toLowerCase().split(/[^a-z0-9]+/));
  return wanted
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => words.has(word));
};

function compareSets(key: string, wanted: readonly string[], got: readonly string[]): string | undefined {
  return firstDifference([...wanted].sort(), [...got].sort(), key);
}

/** By name, those of one name in their order. Names that may be missing, may be missing or there. */
function compareValues(wanted: readonly Value[], got: readonly Value[], optional: unknown): string | undefined {
  const free = new Set(
    Array.isArray(optional) ? optional.map((one) => (typeof one === 'string' ? one : String(one?.name))) : [],
  );
  const names = new Set(wanted.map(({ name }) => name));
  const left = got.filter(
    ({ name }) => names.has(name) || !(optional === true || free.has(name) || isFreeByContract(name)),
  );
  const present = new Set(got.map(({ name }) => name));
  const asked = wanted.filter(({ name }) => !free.has(name) || present.has(name));
  return firstDifference(byName(asked), byName(left), 'values');
}

/** Of an electrode only the amplitude is required; a reader may bring the others too. */
const isFreeByContract = (name: string): boolean => /^[^.]+\.(?!amplitude$).+/.test(name);

const byName = (values: readonly Value[]): readonly Value[] =>
  values
    .map(({ name, value, unit }) => ({ name, value, unit }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
