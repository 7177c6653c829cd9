import type { NameRules } from '../readings.ts';

/** By name, where the message gives no unit. `gas_resistance` has none: one side of the platform means kΩ, the other Ω. Section 6.5. */
const UNITS: Readonly<Record<string, string>> = {
  __proto__: null as unknown as string,
  temperature: '°C',
  humidity: '%',
  pressure: 'hPa',
  impedance: 'Ω',
  conductivity: 'µS/cm',
  bioelectric: 'mV',
  co2: 'ppm',
  gas_resistance: '',
};

/** What the end of a name says of its unit. Section 6.4. */
const SUFFIXES: readonly (readonly [suffix: string, unit: string])[] = [
  ['_c', '°C'],
  ['_pct', '%'],
  ['_hpa', 'hPa'],
  ['_ppm', 'ppm'],
  ['_lux', 'lx'],
  ['_uv', 'µV'],
  ['_hz', 'Hz'],
  ['_db', 'dB'],
];

/** Of the environment in 6.4, besides those above. */
const ENVIRONMENT: ReadonlySet<string> = new Set(['voc_index', 'light', 'moisture', 'ph']);

export const isMeasurement = (name: string): boolean => UNITS[name] !== undefined;
export const unitOfName = (name: string): string => UNITS[name] ?? '';

/** Readings by name: 6.2 and 6.5. */
export const FLAT: NameRules = {
  nameAndUnit: (name) => [name, unitOfName(name)],
  isKnown: isMeasurement,
  isNoReading: (name) => name === 'timestamp' || name === 'ts',
};

/** Readings whose names end in their unit: 6.4. */
export const SUFFIXED: NameRules = {
  nameAndUnit(name) {
    for (const [suffix, unit] of SUFFIXES)
      if (name.endsWith(suffix) && name.length > suffix.length) return [name.slice(0, -suffix.length), unit];
    return [name, ''];
  },
  isKnown: (name) => isMeasurement(name) || ENVIRONMENT.has(name),
  isNoReading: (name) => name === 'timestamp' || name === 'ts',
};

/** How the platform's publishers spell a unit → how a person reads it. What is not in it stays as it came. */
const SPELLINGS: Readonly<Record<string, string>> = {
  __proto__: null as unknown as string,
  c: '°C',
  degc: '°C',
  celsius: '°C',
  '℃': '°C',
  '%rh': '%',
  '% rh': '%',
  percent: '%',
  pct: '%',
  hpa: 'hPa',
  ohm: 'Ω',
  ohms: 'Ω',
  kohm: 'kΩ',
  'us/cm': 'µS/cm',
  'μs/cm': 'µS/cm',
  'µs/cm': 'µS/cm',
  uv: 'µV',
  μv: 'µV',
  µv: 'µV',
  ppm: 'ppm',
  ppb: 'ppb',
  lux: 'lx',
  lx: 'lx',
  hz: 'Hz',
  db: 'dB',
  dbm: 'dBm',
};

const MAX_UNIT_CHARS = 24;

/** A unit that a message gives; undefined: it gives none. */
export function unitAsRead(unit: unknown): string | undefined {
  if (typeof unit !== 'string' || unit.trim() === '') return undefined;
  const text = unit.trim().slice(0, MAX_UNIT_CHARS);
  return SPELLINGS[text.toLowerCase()] ?? text;
}
