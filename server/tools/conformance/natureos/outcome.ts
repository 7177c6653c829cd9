/** What a case came to, in the words of the vectors. A key that is not there was not said. */
export interface Actual {
  readonly outcome: string;
  readonly reason?: string;
  readonly [key: string]: unknown;
}

/** The first difference between what was promised and what came, in words. Only promised keys are compared. */
export function differenceOf(expected: Readonly<Record<string, unknown>>, actual: Actual): string | undefined {
  for (const [key, promised] of Object.entries(expected)) {
    const difference = (SPECIAL[key] ?? plainly)(promised, actual[key], actual, key);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

type Compare = (promised: unknown, got: unknown, actual: Actual, key: string) => string | undefined;

const show = (value: unknown): string => (value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)));
const differ = (key: string, promised: unknown, got: unknown): string =>
  `${key}: expected ${show(promised)}, got ${show(got)}`;

/** null says that there is none. */
const plainly: Compare = (promised, got, _, key) =>
  JSON.stringify(sorted(promised ?? null)) === JSON.stringify(sorted(got ?? null))
    ? undefined
    : differ(key, promised, got);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, sorted(member)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const inAnyOrder: Compare = (promised, got, actual, key) => plainly(ordered(promised), ordered(got ?? []), actual, key);

const ordered = (list: unknown): unknown =>
  Array.isArray(list) ? [...list].map((item) => JSON.stringify(sorted(item))).sort() : list;

const SPECIAL: Readonly<Record<string, Compare>> = {
  optional: () => undefined,
  values: inAnyOrder,
  newIds: inAnyOrder,
  repeatedIds: inAnyOrder,
  dropped: (promised, got) => {
    const paths = strings(got);
    const missing = strings(promised).find((name) => !paths.some((path) => samePath(name, path)));
    const more = paths.find((path) => !strings(promised).some((name) => samePath(name, path)));
    return missing === undefined && more === undefined ? undefined : differ('dropped', promised, got);
  },
  flags: (promised, got) => {
    const missing = strings(promised).find((flag) => !strings(got).some((ours) => sameFlag(flag, ours)));
    return missing === undefined ? undefined : differ('flags', missing, got);
  },
  private: withheld,
  hidden: withheld,
  reason: (promised, got) => (sameReason(String(promised), String(got)) ? undefined : differ('reason', promised, got)),
  stats: (promised, got, actual, key) => within(promised, got, actual, key),
  states: (promised, got, actual, key) => within(promised, got, actual, key),
};

/** More than was promised may be there. */
const within: Compare = (promised, got, actual, key) => {
  for (const [name, value] of Object.entries((promised ?? {}) as object)) {
    const own = (got as Readonly<Record<string, unknown>> | undefined)?.[name];
    const difference = plainly(value, own, actual, `${key}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
};

/** A withheld field's words must be in nothing that left the reader. */
function withheld(promised: unknown, _: unknown, actual: Actual): string | undefined {
  const told = JSON.stringify(actual.told ?? []);
  const words = actual.fields as Readonly<Record<string, unknown>> | undefined;
  const leaked = strings(promised).find((name) => {
    const secret = words?.[name];
    return secret === undefined ? told.includes(`"${name}":`) : told.includes(JSON.stringify(secret));
  });
  return leaked === undefined ? undefined : `${leaked} must not go on, and does`;
}

const strings = (list: unknown): readonly string[] => (Array.isArray(list) ? list.map(String) : []);

/** `readings[0].value`, `$.readings[0].value`, `liveData.readings[0].value`. */
const samePath = (a: string, b: string): boolean => {
  const [x, y] = [a, b].map((path) => path.replace(/^\$\.?/, '').toLowerCase()) as [string, string];
  return (
    x === y ||
    x.endsWith(`.${y}`) ||
    y.endsWith(`.${x}`) ||
    (x.startsWith('[') && y.endsWith(x)) ||
    (y.startsWith('[') && x.endsWith(y))
  );
};

const SAME_FLAG: readonly (readonly [theirs: RegExp, ours: RegExp])[] = [
  [/arriv|no_time|bad_time|time_missing|timestamp/, /^no-time$/],
  [/device_clock|clock_unset|clock_invalid|device_time/, /^device-clock-unset$/],
  [/skew|future|ahead/, /^(clock-skew|device-clock-unset)$/],
  [/location|place|gps/, /^location-not-measured$/],
  [/same_reading|merged|duplicate_reading/, /^same-reading$/],
  [/fallback|sse/, /^fallback$/],
  [/hostile|untrusted|plain_text/, /^untrusted$/],
];

const sameFlag = (theirs: string, ours: string): boolean =>
  theirs.replaceAll('_', '-') === ours || SAME_FLAG.some(([a, b]) => a.test(theirs) && b.test(ours));

/** Words that say the same. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['json', 'html', 'content', 'proxy', 'parse'],
  ['unauthorized', 'forbidden', 'auth', 'denied', 'token', 'role', 'permission'],
  ['rate', 'limited', 'throttled', 'many'],
  ['large', 'big', 'size', 'oversize', 'cap', 'limit', 'long'],
  ['redirect', 'redirected', 'https', 'http'],
  ['server', 'unavailable', 'gateway', 'problem'],
  ['implemented', 'unsupported'],
  ['duplicate', 'same', 'repeat', 'repeated'],
  ['stale', 'older', 'late', 'old'],
  ['incomplete', 'pending', 'partial', 'buffer', 'cut'],
  ['missing', 'absent', 'none', 'no'],
];

/** Reasons are compared by their words: equal, or one of weight in common. */
function sameReason(theirs: string, ours: string): boolean {
  const [a, b] = [theirs, ours].map((reason) =>
    reason
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(Boolean),
  ) as [string[], string[]];
  return a.join() === b.join() || a.some((word) => b.some((other) => alike(word, other)));
}

const alike = (a: string, b: string): boolean =>
  (a === b && a.length >= 4) || SYNONYMS.some((group) => group.includes(a) && group.includes(b));
