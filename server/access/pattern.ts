const VALID = /^[A-Za-z0-9._*-]+(\/[A-Za-z0-9._*-]+)*$/;
const MAX_CHARS = 128;

/**
 * Whether a text can be a pattern of channels or boards: words between slashes, `*` for any part of one word, `**` as the last word for
 * any rest (one word or more).
 */
export function isPattern(text: string): boolean {
  if (text.length > MAX_CHARS || !VALID.test(text)) return false;
  const words = text.split('/');
  return words.every((word, i) => !word.includes('**') || (word === '**' && i === words.length - 1));
}

/** Answers for one pattern. Throws a RangeError for what is not a pattern: it must never silently allow or forbid. */
export function compilePattern(pattern: string): (name: string) => boolean {
  if (!isPattern(pattern)) throw new RangeError(`not a pattern: ${pattern.slice(0, MAX_CHARS)}`);
  if (pattern === '**') return (name) => name !== '';
  if (!pattern.includes('*')) return (name) => name === pattern;
  const words = pattern.split('/');
  const hasRest = words.at(-1) === '**';
  if (hasRest) words.pop();
  return (name) => {
    const parts = name.split('/');
    if (hasRest ? parts.length <= words.length : parts.length !== words.length) return false;
    return words.every((word, i) => matchesWord(word, parts[i] ?? ''));
  };
}

/** `*` in a word, without going back more than to the last star: time is at most the product of both lengths. */
function matchesWord(pattern: string, word: string): boolean {
  if (word === '') return false;
  let p = 0;
  let w = 0;
  let star = -1;
  let resume = 0;
  while (w < word.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = w;
    } else if (pattern[p] === word[w]) {
      p++;
      w++;
    } else if (star >= 0) {
      p = star + 1;
      w = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
