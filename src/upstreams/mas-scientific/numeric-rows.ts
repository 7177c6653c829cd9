import type { Fields } from '../mas/fields.ts';

const MAX_LIST = 64;

/** The numbers of an object as `[name, value]`, also those in lists (`channel_uv.0`); names that a series may have. */
export function numericRows(fields: Fields, most: number): readonly (readonly [name: string, value: number])[] {
  const rows: [string, number][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (rows.length >= most) break;
    if (name === '__proto__' || name.length > 60) continue;
    if (typeof value === 'number' && Number.isFinite(value)) rows.push([name, value]);
    else if (Array.isArray(value) && value.length <= MAX_LIST) {
      value.forEach((item, index) => {
        if (typeof item === 'number' && Number.isFinite(item) && rows.length < most)
          rows.push([`${name}.${index}`, item]);
      });
    }
  }
  return rows;
}
