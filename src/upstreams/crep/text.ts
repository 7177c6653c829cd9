import { CREP_LABEL_CHARS } from '../../contract/upstream/crep.ts';

/** Control characters, and those that turn the direction of the text around them. */
const isUnsafe = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code <= 0x9f) ||
  code === 0x061c ||
  code === 0x200e ||
  code === 0x200f ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069);

const AT = 0x40;
const isBlank = (code: number): boolean => code === 0x20 || code === 0xa0;

/** Text for people (crep §6.10); undefined when nothing is left of it. */
export function cleanText(value: unknown, most = CREP_LABEL_CHARS): string | undefined {
  if (typeof value !== 'string') return undefined;
  return clean(value, most, false);
}

/** The same for AIS, whose six-bit text is padded with `@`. */
export function cleanAis(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return clean(value, CREP_LABEL_CHARS, true);
}

function clean(text: string, most: number, ais: boolean): string | undefined {
  let tidy = text.length <= most;
  for (let at = 0; at < text.length && tidy; at++) {
    const code = text.charCodeAt(at);
    tidy = !isUnsafe(code) && !(ais && code === AT);
  }
  if (!tidy) {
    let kept = '';
    // What lies far behind the cut is never read: a label of a megabyte costs no more than one of a page.
    const end = Math.min(text.length, most * 8);
    for (let at = 0; at < end; at++) {
      const code = text.charCodeAt(at);
      if (!isUnsafe(code) && !(ais && code === AT)) kept += text[at];
    }
    return cut(kept.trim(), most);
  }
  if (text.length === 0) return undefined;
  const trimmed =
    isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)) || text.charCodeAt(0) > 0xff
      ? text.trim()
      : text;
  return trimmed === '' ? undefined : trimmed;
}

function cut(text: string, most: number): string | undefined {
  if (text.length <= most) return text === '' ? undefined : text;
  const last = text.charCodeAt(most - 1);
  // Half of a pair of surrogates is no character.
  const end = last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
  return text.slice(0, end).trimEnd();
}

const ADDRESSES = /\b(?:https?|wss?):\/\/[^\s"']+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g;

/** What a peer says about its failure: without `Error:` before it, and without addresses of its network. */
export function reasonOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : undefined;
  const bare = text
    ?.replace(/^(?:Error:\s*)+/, '')
    .slice(0, 1_000)
    .replace(ADDRESSES, '…');
  return cleanText(bare, 200);
}
