const CODE_CHARS = 8;

/** What is typed or pasted, as the code is written: upper case, in two groups. Not more than a code has. */
export function formatCode(text: string): string {
  const chars = text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, CODE_CHARS);
  return chars.length > CODE_CHARS / 2 ? `${chars.slice(0, CODE_CHARS / 2)}-${chars.slice(CODE_CHARS / 2)}` : chars;
}

export const isWholeCode = (code: string): boolean => code.length === CODE_CHARS + 1;

/** The code that a link or a picture of one brought along, `/pair#7KQ2-MXRD`; empty when there is none. */
export function codeOfHash(hash: string): string {
  const code = formatCode(hash.slice(1, 40));
  return isWholeCode(code) ? code : '';
}
