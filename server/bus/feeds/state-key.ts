/** Keys of state channels have at most so many characters of `A-Z a-z 0-9 . _ -`. */
const MAX_KEY = 64;

/**
 * A foreign id as the key of a state channel: bytes other than letters, digits, `_` and `-` become `.` and two hex digits, so that no two
 * ids share a key and the id can be read back. undefined: empty, too long then, or not text.
 */
export function escapeKey(id: string): string | undefined {
  const trimmed = id.trim();
  if (trimmed === '' || trimmed.length > MAX_KEY || !trimmed.isWellFormed()) return undefined;
  const key = trimmed.replace(/[^A-Za-z0-9_-]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `.${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  return key.length <= MAX_KEY ? key : undefined;
}

/** The id that {@link escapeKey} made a key of. */
export function unescapeKey(key: string): string {
  return Buffer.from(
    key.replace(/\.([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();
}

/** What is at a path like `data.agent_id`; undefined when something on the way is missing. Own properties only. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const word of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, word)) return undefined;
    value = (value as Record<string, unknown>)[word];
  }
  return value;
}

/** The key of a record by the first of these paths that holds a text or a number. */
export function keyAt(root: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = valueAt(root, path);
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const key = escapeKey(String(value));
    if (key !== undefined) return key;
  }
  return undefined;
}
