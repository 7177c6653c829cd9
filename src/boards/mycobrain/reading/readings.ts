import type { BoardItem, JsonItem, MdpItem, TextItem } from '../../../contract/board-item.ts';
import { binaryReadings } from './binary-readings.ts';
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, own, textOf } from './json-value.ts';

/** Takes one reading: the series' normalised name (`quantities.ts`) and its value. */
export type Take = (series: string, value: number) => void;

/** Raw 12-bit counts of the analog inputs, uncalibrated. */
const VOLTS_PER_COUNT = 3.3 / 4095;

/** Hands every reading of an item to `take`; nulls and absent members are left out. Any item, from any build. */
export function readingsOf(item: BoardItem, take: Take): void {
  switch (item.kind) {
    case 'mdp':
      mdpReadings(item, take);
      return;
    case 'json':
      jsonReadings(item, take);
      return;
    case 'text':
      textReadings(item, take);
      return;
    case 'error':
      return;
  }
}

function mdpReadings(item: MdpItem, take: Take): void {
  const { body } = item;
  if (!isObject(body)) return;
  if (item.body_format === 'json') {
    if (item.header.type_name === 'TELEMETRY') mdpTelemetry(body, take);
    else if (own(body, 'event') === 'transport_status') transportStatus(body, take);
  } else binaryReadings(item.body_format, body, take);
}

function mdpTelemetry(body: JsonObject, take: Take): void {
  const sensors = objectOf(body, 'bme688');
  if (sensors !== undefined) {
    const a = objectOf(sensors, 'a');
    if (a !== undefined) sensor('a', a, take);
    const b = objectOf(sensors, 'b');
    if (b !== undefined) sensor('b', b, take);
  }
  const analog = objectOf(body, 'analog');
  if (analog === undefined) return;
  for (const [key, series] of ANALOG) {
    const counts = numberOf(analog, key);
    if (counts !== undefined) take(series, counts * VOLTS_PER_COUNT);
  }
  const soil = numberOf(analog, 'soil_moisture');
  if (soil !== undefined) take('soil_moisture_counts', soil);
}

const ANALOG = [
  ['ai1', 'ai1_v'],
  ['ai2', 'ai2_v'],
  ['ai3', 'ai3_v'],
  ['ai4', 'ai4_v'],
] as const;

function transportStatus(body: JsonObject, take: Take): void {
  const depth = numberOf(body, 'queue_depth');
  if (depth !== undefined) take('queue_depth', depth);
  const lora = own(body, 'lora_ready');
  if (typeof lora === 'boolean') take('lora.ready', lora ? 1 : 0);
}

/** What each build calls a quantity of one gas sensor; the first that is there counts. */
const SENSOR_KEYS: readonly (readonly [quantity: string, ...keys: string[]])[] = [
  ['temperature_c', 'temperature_c', 'temperature_c_comp', 'tC', 'temp_c', 'temperature'],
  ['humidity_pct', 'humidity_pct', 'humidity_pct_comp', 'rh', 'humidity'],
  ['pressure_hpa', 'pressure_hpa', 'p_hPa', 'pressure'],
  ['gas_ohm', 'gas_ohm', 'gas_resistance_ohm', 'gas', 'gas_resistance'],
  ['iaq', 'iaq'],
  ['iaq_accuracy', 'iaq_accuracy', 'acc'],
  ['static_iaq', 'static_iaq', 'iaq_static', 'siaq'],
  ['co2eq_ppm', 'co2_equivalent', 'eco2_ppm', 'co2eq'],
  ['bvoc_ppm', 'voc_equivalent', 'bvoc_ppm', 'voc'],
  ['raw_temperature_c', 'ambient_temperature_c'],
  ['raw_humidity_pct', 'ambient_humidity_pct'],
  ['raw_pressure_hpa', 'pressure_raw'],
  ['gas_pct', 'gas_percentage'],
  ['gas_class', 'gas_class'],
  ['gas_probability', 'gas_probability'],
];

/** Names are made once: `a.temperature_c` for every reading would be a new string each time. */
const SLOT_KEYS = {
  a: SENSOR_KEYS.map(([quantity, ...keys]) => [`a.${quantity}`, keys] as const),
  b: SENSOR_KEYS.map(([quantity, ...keys]) => [`b.${quantity}`, keys] as const),
};

type Slot = 'a' | 'b';

function sensor(slot: Slot, value: JsonObject, take: Take): void {
  for (const [series, keys] of SLOT_KEYS[slot]) {
    for (const key of keys) {
      const reading = numberOf(value, key);
      if (reading === undefined) continue;
      take(series, reading);
      break;
    }
  }
}

const slotOf = (name: string | undefined): Slot | undefined => {
  const word = name?.toLowerCase();
  return word === 'amb' ? 'a' : word === 'env' ? 'b' : undefined;
};

function jsonReadings({ shape, value }: JsonItem, take: Take): void {
  switch (shape) {
    case 'mdp_telemetry':
      mdpTelemetry(value, take);
      return;
    case 'recovery_telemetry': {
      const slot = slotOf(textOf(value, 'sensor_slot'));
      // A sensor that calls its own reading invalid has no reading.
      if (slot !== undefined && own(value, 'valid') !== false) sensor(slot, value, take);
      return;
    }
    case 'live_json': {
      const slot = slotOf(textOf(value, 'sensor'));
      if (slot !== undefined) sensor(slot, value, take);
      return;
    }
    case 'tele':
    case 'tele_untyped':
    case 'machine_telemetry':
    case 'heartbeat_telemetry':
    case 'telemetry_other':
      boardTelemetry(value, take);
      return;
    case 'legacy_telemetry':
      boardTelemetry(objectOf(value, 'data') ?? {}, take);
      return;
    case 'sciencecomms_telemetry':
    case 'advanced_telemetry':
      transmitters(value, take);
      return;
    case 'reply_ok':
      replyReadings(value, take);
      return;
    default:
      return;
  }
}

/** One flat object for the whole board. Its sensor values are of the 0x77 sensor when that is fitted (§9). */
function boardTelemetry(value: JsonObject, take: Take): void {
  const env = objectOf(value, 'env');
  sensor('a', env === undefined ? value : { ...renamed(env), ...present(value) }, take);
  for (let n = 1; n <= 4; n += 1) {
    const volts = numberOf(value, `ai${n}_voltage`);
    if (volts !== undefined) take(`ai${n}_v`, volts);
  }
  // Those of `tele` lines are dummies (§9).
  const states = own(value, 'type') === 'tele' ? undefined : arrayOf(value, 'mosfet_states');
  states?.slice(0, 4).forEach((state, index) => {
    if (typeof state === 'boolean') take(`mosfet${index + 1}_on`, state ? 1 : 0);
  });
  const heap = numberOf(objectOf(value, 'health') ?? value, 'heap');
  if (heap !== undefined) take('heap_bytes', heap);
  const devices = arrayOf(value, 'i2c_addresses');
  if (devices !== undefined) take('i2c_devices', devices.length);
}

const renamed = (env: JsonObject): JsonObject => ({
  temperature: own(env, 'temp_c'),
  humidity: own(env, 'rh_pct'),
  pressure: own(env, 'press_hpa'),
});

/** Without nulls, so that they do not hide what another part of the same line says. */
const present = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));

const TRANSMITTERS: readonly (readonly [key: string, series: string])[] = [
  ['optx_active', 'optx_on'],
  ['aotx_active', 'aotx_on'],
  ['stim_light', 'stim_light_on'],
  ['stim_sound', 'stim_sound_on'],
  ['stim_active', 'stim_on'],
];

function transmitters(value: JsonObject, take: Take): void {
  for (const [key, series] of TRANSMITTERS) {
    const active = own(value, key);
    if (typeof active === 'boolean') take(series, active ? 1 : 0);
  }
  const devices = numberOf(value, 'peripherals') ?? numberOf(value, 'periph_count');
  if (devices !== undefined) take('i2c_devices', devices);
}

function replyReadings(value: JsonObject, take: Take): void {
  const first = objectOf(value, 'bme1');
  if (first !== undefined) sensor('a', first, take);
  const second = objectOf(value, 'bme2');
  if (second !== undefined) sensor('b', second, take);
  const peak = numberOf(value, 'vpp');
  if (peak === undefined || numberOf(value, 'channel') === undefined) return;
  take('scope.vpp_v', peak);
  for (const key of ['min_v', 'max_v', 'avg_v']) {
    const volts = numberOf(value, key);
    if (volts !== undefined) take(`scope.${key}`, volts);
  }
  // The rate that was asked for is not the rate that was reached.
  const samples = numberOf(value, 'samples');
  const tookUs = numberOf(value, 'capture_time_us');
  if (samples !== undefined && tookUs !== undefined && tookUs > 0)
    take('scope.rate_hz', (samples * 1_000_000) / tookUs);
}

const TEXT_SHAPES: ReadonlySet<string | undefined> = new Set(['sensor_live', 'sensor_debug', 'sensor_line']);

function textReadings({ shape, fields }: TextItem, take: Take): void {
  if (fields === undefined || !TEXT_SHAPES.has(shape)) return;
  const slot = slotOf(textOf(fields, 'slot'));
  if (slot !== undefined) sensor(slot, fields, take);
}
