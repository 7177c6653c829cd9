const HEX = /^~?[0-9a-fA-F]{6}$/;

const isLowerHex = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
};

/** An ICAO address, lower case; a tilde says that it is none, and stays (crep §6.2). */
export function hexOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.length === 6 && isLowerHex(value)) return value;
  const text = value.trim();
  return HEX.test(text) ? text.toLowerCase() : undefined;
}

/** Nine digits, padded on the left; `bad` when there is a number but none that can be one. */
export function mmsiOf(value: unknown): string | 'bad' | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (text.length < 7 || text.length > 9) return 'bad';
  let zeros = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return 'bad';
    if (code !== 0x30) zeros = false;
  }
  return zeros ? 'bad' : text.length === 9 ? text : text.padStart(9, '0');
}

const MOST_CATALOGUE = 999_999_999;

/** A catalogue number: digits, or a letter for the first two of them (Alpha-5, without I and O). */
export function catalogueOf(value: unknown): number | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && value > 0 && value <= MOST_CATALOGUE ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) || undefined;
  const match = /^([A-HJ-NP-Z])(\d{4})$/.exec(text.toUpperCase());
  if (match?.[1] === undefined) return undefined;
  const letter = match[1].charCodeAt(0) - 0x41;
  return (10 + letter - (letter > 8 ? 1 : 0) - (letter > 14 ? 1 : 0)) * 10_000 + Number(match[2]);
}

const MOST_ID_CHARS = 160;

/** A free id: text, or a number. */
export function plainId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text.slice(0, MOST_ID_CHARS);
}
