import type { EpochMs } from '../../contract/time.ts';
import type { Reading } from '../../contract/upstream/mas-devices.ts';
import { isFields } from '../mas/fields.ts';

/** One name, unit and plausible range for each reading; what it is called elsewhere leads to it (contract mas-devices §2). */
interface Kind {
  readonly name: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
}

const kind = (name: string, unit: string, least = -Infinity, most = Infinity): Kind => ({ name, unit, least, most });
const TEMPERATURE = kind('temperature', '°C', -40, 85);
const HUMIDITY = kind('humidity', '%RH', 0, 100);
const PRESSURE = kind('pressure', 'hPa', 300, 1_100);
const GAS = kind('gas_resistance', 'Ω', 1e2, 1e8);
const IAQ = kind('iaq', '', 0, 500);

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['temperature', TEMPERATURE],
  ['temperature_c', TEMPERATURE],
  ['humidity', HUMIDITY],
  ['humidity_percent', HUMIDITY],
  ['pressure', PRESSURE],
  ['pressure_hpa', PRESSURE],
  ['gas_resistance', GAS],
  ['gas_resistance_ohms', GAS],
  ['gasResistance', GAS],
  ['iaq', IAQ],
  ['iaq_index', IAQ],
  ['co2', kind('co2', 'ppm')],
  ['voc', kind('voc', '')],
  ['battery_v', kind('battery_v', 'V')],
  ['solar_mv', kind('solar_mv', 'mV')],
]);

/** More than any board says at once. */
export const MAX_READINGS = 64;
const MAX_TEXTS = 16;
const MAX_NAME = 48;
/** A number and nothing else: what `Number()` takes besides (hex, empty, blanks inside) is not clean. */
const CLEAN_NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

export interface Normalised {
  readonly readings: Reading[];
  readonly texts: { readonly name: string; readonly text: string }[];
  /** Names whose value could not be used. */
  readonly dropped: string[];
  readonly suspect: boolean;
}

/** Readings of one message, as of `at`, flat or one object per probe (`bme1`, `bme2`), in either family of names. */
export function normaliseReadings(data: Readonly<Record<string, unknown>>, at: EpochMs): Normalised {
  const readings: Reading[] = [];
  const texts: { name: string; text: string }[] = [];
  const dropped: string[] = [];
  let suspect = false;
  const take = (probe: string, key: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    const known = KINDS.get(key);
    const own = known?.name ?? key;
    const name = probe === '' ? own : probe + own;
    if (name.length > MAX_NAME || isTaken(readings, name)) {
      dropped.push(key.slice(0, MAX_NAME));
      return;
    }
    const number = typeof value === 'number' ? value : cleanNumber(value);
    if (number !== undefined && Number.isFinite(number)) {
      if (readings.length >= MAX_READINGS) {
        dropped.push(name);
        return;
      }
      const isSuspect = known !== undefined && (number < known.least || number > known.most);
      suspect ||= isSuspect;
      readings.push({ name, value: number, unit: known?.unit ?? '', suspect: isSuspect, at });
    } else if (known === undefined && typeof value !== 'number' && texts.length < MAX_TEXTS) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      texts.push({ name, text: text.slice(0, 200) });
    } else {
      dropped.push(name);
    }
  };
  for (const [key, value] of Object.entries(data)) {
    if (!isFields(value)) take('', key, value);
    else if (key.length > 24) dropped.push(key.slice(0, MAX_NAME));
    else
      for (const [inner, deep] of Object.entries(value)) {
        // `type` says which probe it is (ambient, environment), which its name does as well.
        if (inner !== 'type' && !isFields(deep)) take(`${key}.`, inner, deep);
      }
  }
  return { readings, texts, dropped, suspect };
}

/** A handful of readings: looking through them is cheaper than a set of their names. */
function isTaken(readings: readonly Reading[], name: string): boolean {
  for (const reading of readings) if (reading.name === name) return true;
  return false;
}

const cleanNumber = (value: unknown): number | undefined =>
  typeof value === 'string' && value.length <= 32 && CLEAN_NUMBER.test(value) ? Number(value) : undefined;
