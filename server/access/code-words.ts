import { randomInt } from 'node:crypto';

/** Without what is mistaken for something else when read aloud or by hand: I L O U 0 1. 30 ^ 8 are 656 thousand million codes. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CODE_CHARS = 8;
/** Longest text that can be a code with what people put between its parts. */
const MAX_CHARS = 40;

/** Eight characters in two groups: `7KQ2-MXRD`. */
export function makeCode(): string {
  const chars = Array.from({ length: CODE_CHARS }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]);
  return `${chars.slice(0, 4).join('')}-${chars.slice(4).join('')}`;
}

/** A code as a person types it: any case, with spaces or hyphens. undefined: it cannot be one. */
export function readCode(text: string): string | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const chars = text.toUpperCase().replace(/[\s\u2010-\u2015-]/g, '');
  const isCode = chars.length === CODE_CHARS && [...chars].every((char) => CODE_ALPHABET.includes(char));
  return isCode ? `${chars.slice(0, 4)}-${chars.slice(4)}` : undefined;
}
