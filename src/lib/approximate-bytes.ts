const MAX_DEPTH = 8;

/**
 * About how much memory a plain value takes, in bytes: for bounding buffers, not for accounting. Text counts one byte per
 * character, what lies deeper than 8 levels is left out.
 */
export function approximateBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return 16 + value.length;
    case 'object': {
      if (value === null || depth >= MAX_DEPTH) return 8;
      if (ArrayBuffer.isView(value)) return 32 + value.byteLength;
      if (value instanceof ArrayBuffer) return 32 + value.byteLength;
      let bytes = 32;
      if (Array.isArray(value)) for (const item of value) bytes += approximateBytes(item, depth + 1);
      else for (const item of Object.values(value)) bytes += 8 + approximateBytes(item, depth + 1);
      return bytes;
    }
    default:
      return 8;
  }
}
