import { repairNan } from '../decode/nan-repair.ts';

const NOTHING: readonly string[] = [];
const REPAIRED: readonly string[] = ['nan-repaired'];

/** JSON, if need be with Python's bare NaN and Infinity as null; undefined: it is not JSON in either reading. */
export function parseMended(text: string): { readonly value: unknown; readonly flags: readonly string[] } | undefined {
  try {
    return { value: JSON.parse(text), flags: NOTHING };
  } catch {
    const mended = repairNan(text, 'python');
    return mended === undefined ? undefined : parseAgain(mended);
  }
}

function parseAgain(text: string): { readonly value: unknown; readonly flags: readonly string[] } | undefined {
  try {
    return { value: JSON.parse(text), flags: REPAIRED };
  } catch {
    // The undefined says so, and the caller counts it.
    return undefined;
  }
}
