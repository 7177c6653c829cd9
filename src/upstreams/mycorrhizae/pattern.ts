/** What may be in a pattern. Anything else would reach a regular expression over there and break every publish. */
const ALLOWED = /^[A-Za-z0-9_:.*#-]{1,200}$/;

export const isPattern = (text: unknown): text is string => typeof text === 'string' && ALLOWED.test(text);

/**
 * Whether a pattern is meant for a channel: `*` is one or more characters without a dot, `#` is anything, also nothing. Anchored at both
 * ends. No regular expression: two rows of a table, so that no pattern takes more than its length times the name's.
 */
export function matchesPattern(pattern: string, channel: string): boolean {
  if (pattern === '#') return true;
  if (!pattern.includes('*') && !pattern.includes('#')) return pattern === channel;
  const { length } = channel;
  // row[n]: the pattern so far matches the first n characters.
  let row = new Uint8Array(length + 1);
  row[0] = 1;
  for (const char of pattern) {
    const next = new Uint8Array(length + 1);
    if (char === '#') {
      next[0] = row[0] ?? 0;
      for (let at = 1; at <= length; at++) next[at] = row[at] || next[at - 1] ? 1 : 0;
    } else if (char === '*') {
      for (let at = 1; at <= length; at++) next[at] = channel[at - 1] !== '.' && (row[at - 1] || next[at - 1]) ? 1 : 0;
    } else {
      for (let at = 1; at <= length; at++) next[at] = channel[at - 1] === char ? (row[at - 1] ?? 0) : 0;
    }
    row = next;
  }
  return row[length] === 1;
}
