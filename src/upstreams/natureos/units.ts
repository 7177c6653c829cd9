const UNITS: Readonly<Record<string, string>> = {
  temperature: 'degC',
  temp: 'degC',
  humidity: '%',
  rh: '%',
  relativehumidity: '%',
  soilmoisture: '%',
  moisture: '%',
  battery: '%',
  batterylevel: '%',
  batterypct: '%',
  batterypercent: '%',
  pressure: 'hPa',
  barometricpressure: 'hPa',
  gasresistance: 'ohm',
  gas: 'ohm',
  resistance: 'ohm',
  co2: 'ppm',
  eco2: 'ppm',
  co2ppm: 'ppm',
  conductivity: 'uS/cm',
  ec: 'uS/cm',
  voltage: 'V',
  batteryvoltage: 'V',
  rssi: 'dBm',
  snr: 'dB',
};

/** Ends of names that say the unit. The longer first. */
const ENDINGS: readonly (readonly [ending: string, unit: string])[] = [
  ['_us_cm', 'uS/cm'],
  ['_ppm', 'ppm'],
  ['_hpa', 'hPa'],
  ['_ohm', 'ohm'],
  ['_dbm', 'dBm'],
  ['_pct', '%'],
  ['_mv', 'mV'],
  ['_uv', 'uV'],
  ['_db', 'dB'],
  ['_c', 'degC'],
  ['_v', 'V'],
];

const known = new Map<string, string | undefined>();
const MOST_KNOWN = 2_000;

/** The unit that a name implies, for the sources that send none; undefined: it implies none. Names come in lower case. */
export function unitOf(name: string): string | undefined {
  if (known.has(name)) return known.get(name);
  const last = name.slice(name.lastIndexOf('.') + 1);
  const plain = last.replaceAll('_', '');
  const unit =
    (name.startsWith('ai_volts.') ? 'V' : undefined) ??
    (Object.hasOwn(UNITS, plain) ? UNITS[plain] : undefined) ??
    ENDINGS.find(([ending]) => last.endsWith(ending))?.[1];
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, unit);
  return unit;
}

const SPELLINGS: Readonly<Record<string, string>> = {
  '°c': 'degC',
  c: 'degC',
  celsius: 'degC',
  degc: 'degC',
  percent: '%',
  pct: '%',
  '%rh': '%',
  hpa: 'hPa',
  mbar: 'hPa',
  ohms: 'ohm',
  ohm: 'ohm',
  Ω: 'ohm',
  ω: 'ohm',
  'µs/cm': 'uS/cm',
  'us/cm': 'uS/cm',
  mv: 'mV',
  uv: 'uV',
  µv: 'uV',
  v: 'V',
  dbm: 'dBm',
  db: 'dB',
  ppm: 'ppm',
};

/** A unit as a device wrote it, in our spelling; its own where we have none. */
export function spelledUnit(unit: string): string {
  const plain = unit.toLowerCase();
  return (Object.hasOwn(SPELLINGS, plain) ? SPELLINGS[plain] : undefined) ?? unit.slice(0, 16);
}
