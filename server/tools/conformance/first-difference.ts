/**
 * Where two JSON values differ first, as `path: expected …, got …`; undefined when they are equal. Key order does not matter,
 * a key that is undefined is absent, numbers are equal as doubles (0 is −0).
 */
export function firstDifference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (expected === actual) return undefined;
  if (typeof expected !== 'object' || typeof actual !== 'object' || expected === null || actual === null) {
    return `${path || 'value'}: expected ${show(expected)}, got ${show(actual)}`;
  }
  if (Array.isArray(expected) !== Array.isArray(actual)) {
    return `${path || 'value'}: expected ${show(expected)}, got ${show(actual)}`;
  }
  const keys = new Set([...presentKeys(expected), ...presentKeys(actual)]);
  for (const key of keys) {
    const difference = firstDifference(own(expected, key), own(actual, key), path === '' ? key : `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

const own = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

const presentKeys = (value: object): string[] => Object.keys(value).filter((key) => own(value, key) !== undefined);

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
