const [QUOTE, BACKSLASH, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

export const beginsArray = (bytes: Buffer): boolean => bytes[afterSpace(bytes, 0)] === OPEN_ARRAY;

/**
 * The items of a JSON array as slices of its text, one after the other, so that a long one can be read a piece at a time. Looks at
 * brackets and quotes only: whether an item is JSON is for whoever parses it. Returns whether the array was whole.
 */
export function* splitArray(bytes: Buffer): Generator<Buffer, boolean> {
  let from = afterSpace(bytes, 0) + 1;
  if (!beginsArray(bytes)) return false;
  let depth = 0;
  let isInText = false;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (depth > 0 && (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) depth--;
    else if (depth === 0 && byte === COMMA) {
      yield bytes.subarray(from, at);
      from = at + 1;
    } else if (depth === 0 && byte === CLOSE_ARRAY) {
      const last = bytes.subarray(from, at);
      // `[]` and `[ ]` have no items.
      if (afterSpace(last, 0) < last.length) yield last;
      return afterSpace(bytes, at + 1) === bytes.length;
    }
  }
  return false;
}

function afterSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}
