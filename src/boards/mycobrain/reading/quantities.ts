import type { SeriesDescription } from '../../board.ts';

/**
 * The normalised model (board contract §17): what each number is called, whatever the build calls it.
 *
 * A series is `<slot>.<quantity>` for the gas sensors and the optional instruments, a bare quantity for the board itself.
 * Slot `a` is the sensor at 0x77 ("AMB", bme1), slot `b` the one at 0x76 ("ENV", bme2). The unit is the last word of the name.
 *
 * | series | from |
 * |---|---|
 * | `a.temperature_c` `a.humidity_pct` `a.pressure_hpa` `a.gas_ohm` | compensated readings |
 * | `a.iaq` `a.static_iaq` `a.iaq_accuracy` `a.co2eq_ppm` `a.bvoc_ppm` | BSEC; below accuracy 2 the IAQ is provisional |
 * | `a.raw_temperature_c` `a.raw_humidity_pct` `a.raw_pressure_hpa` | before compensation, where a build tells |
 * | `ai1_v` … `ai4_v` | analog inputs; mdp1-json counts become volts by 3.3 / 4095 |
 * | `soil_moisture_counts` | capacitive, uncalibrated: direction and scale are the user's |
 * | `mosfet1_on` … | 0 or 1, where a build tells |
 */
interface Quantity {
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly plausible?: readonly [low: number, high: number];
  /** Default: the quantity itself. */
  readonly axis?: string;
}

const SLOTS: Readonly<Record<string, string>> = {
  a: 'AMB (0x77)',
  b: 'ENV (0x76)',
  scope: 'Oscilloscope',
  wifisense: 'WiFiSense',
  drone: 'MycoDRONE',
  lora: 'LoRa',
};

const volts = (label: string): Quantity => ({ label, unit: 'V', digits: 3, plausible: [0, 3.6], axis: 'voltage' });
const flag = (label: string): Quantity => ({ label, unit: '', digits: 0, plausible: [0, 1], axis: 'state' });
const metres = (label: string): Quantity => ({ label, unit: 'm', digits: 1, axis: 'altitude' });
const speed = (label: string): Quantity => ({ label, unit: 'm/s', digits: 2, axis: 'speed' });
const temperature = (label: string): Quantity => ({
  label,
  unit: '°C',
  digits: 2,
  plausible: [-40, 85],
  axis: 'temperature',
});
const humidity = (label: string): Quantity => ({
  label,
  unit: '%RH',
  digits: 1,
  plausible: [0, 100],
  axis: 'humidity',
});
/** Field boards have reported 647 to 705 hPa at sea level: shown, and flagged. */
const pressure = (label: string): Quantity => ({
  label,
  unit: 'hPa',
  digits: 2,
  plausible: [850, 1100],
  axis: 'pressure',
});
const iaq = (label: string): Quantity => ({ label, unit: '', digits: 0, plausible: [0, 500], axis: 'iaq' });
const axes3 = (key: string, label: string, unit: string, digits: number): Record<string, Quantity> =>
  Object.fromEntries(
    ['x', 'y', 'z'].map((axis) => [`${key}_${axis}`, { label: `${label} ${axis}`, unit, digits, axis: key }]),
  );

const QUANTITIES: Readonly<Record<string, Quantity>> = {
  temperature_c: temperature('Temperature'),
  raw_temperature_c: temperature('Temperature, uncompensated'),
  humidity_pct: humidity('Humidity'),
  raw_humidity_pct: humidity('Humidity, uncompensated'),
  pressure_hpa: pressure('Pressure'),
  raw_pressure_hpa: pressure('Pressure, uncompensated'),
  gas_ohm: { label: 'Gas resistance', unit: 'Ω', digits: 0, plausible: [1, 100_000_000], axis: 'gas' },
  iaq: iaq('Air quality index'),
  static_iaq: iaq('Static air quality index'),
  iaq_accuracy: { label: 'Air quality accuracy', unit: 'of 3', digits: 0, plausible: [0, 3], axis: 'accuracy' },
  co2eq_ppm: { label: 'CO₂ equivalent', unit: 'ppm', digits: 0, plausible: [250, 40_000], axis: 'co2' },
  bvoc_ppm: { label: 'Breath VOC', unit: 'ppm', digits: 2, plausible: [0, 1_000], axis: 'voc' },
  gas_class: { label: 'Gas class', unit: '', digits: 0 },
  gas_probability: { label: 'Gas class probability', unit: '', digits: 2, plausible: [0, 1] },
  gas_pct: { label: 'Gas', unit: '%', digits: 1, axis: 'percent' },
  ai1_v: volts('Analog 1'),
  ai2_v: volts('Analog 2'),
  ai3_v: volts('Analog 3'),
  ai4_v: volts('Analog 4'),
  soil_moisture_counts: { label: 'Soil moisture, uncalibrated', unit: 'counts', digits: 0, plausible: [0, 4095] },
  mosfet1_on: flag('MOSFET 1'),
  mosfet2_on: flag('MOSFET 2'),
  mosfet3_on: flag('MOSFET 3'),
  mosfet4_on: flag('MOSFET 4'),
  optx_on: flag('Light transmitter'),
  aotx_on: flag('Sound transmitter'),
  stim_light_on: flag('Light stimulus'),
  stim_sound_on: flag('Sound stimulus'),
  stim_on: flag('Stimulus'),
  heap_bytes: { label: 'Free memory', unit: 'bytes', digits: 0, axis: 'memory' },
  i2c_devices: { label: 'I2C devices', unit: '', digits: 0, axis: 'count' },
  queue_depth: { label: 'Transmit queue', unit: '', digits: 0, axis: 'count' },
  ready: flag('Ready'),
  min_v: volts('Lowest'),
  max_v: volts('Highest'),
  avg_v: volts('Mean'),
  vpp_v: volts('Peak to peak'),
  rate_hz: { label: 'True sample rate', unit: 'Hz', digits: 0, axis: 'rate' },
  rssi_dbm: { label: 'Signal strength', unit: 'dBm', digits: 0, plausible: [-120, 0], axis: 'signal' },
  ...axes3('accel_ms2', 'Acceleration', 'm/s²', 2),
  ...axes3('gyro', 'Rotation', '', 3),
  ...axes3('compass_ut', 'Magnetic field', 'µT', 1),
  latitude_deg: { label: 'Latitude', unit: '°', digits: 5, plausible: [-90, 90], axis: 'position' },
  longitude_deg: { label: 'Longitude', unit: '°', digits: 5, plausible: [-180, 180], axis: 'position' },
  altitude_msl_m: metres('Altitude above sea'),
  altitude_rel_m: metres('Altitude above start'),
  heading_deg: { label: 'Heading', unit: '°', digits: 1, plausible: [0, 360], axis: 'heading' },
  ground_speed_ms: speed('Ground speed'),
  air_speed_ms: speed('Air speed'),
  climb_rate_ms: speed('Climb rate'),
  battery_pct: { label: 'Battery', unit: '%', digits: 0, plausible: [0, 100], axis: 'percent' },
  battery_v: { label: 'Battery voltage', unit: 'V', digits: 2, axis: 'battery' },
  battery_a: { label: 'Battery current', unit: 'A', digits: 2, axis: 'current' },
  payload_kg: { label: 'Payload', unit: 'kg', digits: 3, axis: 'mass' },
  mission_pct: { label: 'Mission progress', unit: '%', digits: 0, plausible: [0, 100], axis: 'percent' },
};

/** The last words of unknown names that tell a unit. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  c: '°C',
  pct: '%',
  hpa: 'hPa',
  ohm: 'Ω',
  ppm: 'ppm',
  v: 'V',
  a: 'A',
  hz: 'Hz',
  s: 's',
  ms: 'ms',
  m: 'm',
  kg: 'kg',
  bytes: 'bytes',
  counts: 'counts',
};

const described = new Map<string, SeriesDescription>();
const MOST_DESCRIBED = 512;

/** Words, unit, decimals and plausible range of a series. A name nobody knows gets a fair answer made of the name itself. */
export function describeSeries(series: string): SeriesDescription {
  const known = described.get(series);
  if (known !== undefined) return known;
  const description = describe(series);
  // Names come from other peers too: the table of answers must not grow without end.
  if (described.size < MOST_DESCRIBED) described.set(series, description);
  return description;
}

function describe(series: string): SeriesDescription {
  const dot = series.indexOf('.');
  const slotName = dot > 0 ? series.slice(0, dot) : '';
  const name = dot > 0 ? series.slice(dot + 1) : series;
  const slot = Object.hasOwn(SLOTS, slotName) ? (SLOTS[slotName] ?? slotName) : slotName;
  const quantity = Object.hasOwn(QUANTITIES, name) ? QUANTITIES[name] : undefined;
  if (quantity !== undefined) {
    const { label, unit, digits, plausible, axis } = quantity;
    return { label, slot, unit, digits, plausible, axis: axis ?? name };
  }
  const words = name.split('_').filter((word) => word !== '');
  const last = words.at(-1)?.toLowerCase() ?? '';
  const unit = words.length > 1 && Object.hasOwn(UNIT_WORDS, last) ? (UNIT_WORDS[last] ?? '') : '';
  const spoken = (unit === '' ? words : words.slice(0, -1)).join(' ');
  const label = spoken === '' ? series : spoken.charAt(0).toUpperCase() + spoken.slice(1);
  return { label, slot, unit, digits: 2, plausible: undefined, axis: unit === '' ? name : unit };
}
