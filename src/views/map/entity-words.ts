import { formatValue } from '../../components/format-value.ts';
import type { CrepRecord } from '../../contract/upstream/crep.ts';
import { map as words } from '../../i18n/map.ts';

/** What an entity is called on the screen. */
export const nameOf = (it: CrepRecord): string => it.label ?? it.key.slice(it.key.indexOf(':') + 1);

export const flagWords = (flags: readonly string[]): string =>
  flags.map((flag) => words.flags[flag] ?? flag).join(', ');

export const placeWords = (lon: number, lat: number): string =>
  `${formatValue(Math.abs(lat), 3)}° ${lat < 0 ? 'S' : 'N'}, ${formatValue(Math.abs(lon), 3)}° ${lon < 0 ? 'W' : 'E'}`;

export const bearingWords = (deg: number): string => String(Math.round((deg + 360) % 360)).padStart(3, '0');
