import type { MdpBodyFormat } from '../../../contract/board-item.ts';
import { arrayOf, isObject, type JsonObject, numberOf, textOf } from './json-value.ts';
import type { Take } from './readings.ts';

/** Readings of the bodies that `mdp1-bin` builds send (board contract §6.2, §6.3, §14). */
export function binaryReadings(format: MdpBodyFormat, body: JsonObject, take: Take): void {
  switch (format) {
    case 'envelope':
      envelope(body, take);
      return;
    case 'telemetry_v1':
      telemetryV1(body, take);
      return;
    case 'wifisense_v1':
      wifisense(body, take);
      return;
    case 'drone_telemetry_v1':
      copy(DRONE, body, take);
      return;
    case 'drone_mission_v1':
      copy([['progress', 'drone.mission_pct']], body, take);
      return;
    default:
      return;
  }
}

const PACK: Readonly<Record<string, string>> = {
  ai1: 'ai1_v',
  ai2: 'ai2_v',
  ai3: 'ai3_v',
  ai4: 'ai4_v',
  mos1: 'mosfet1_on',
  mos2: 'mosfet2_on',
  mos3: 'mosfet3_on',
};

/** At most this many members of one envelope become series: the names come from the wire. */
const MOST_PACK = 32;
const PACK_NAME = /^[A-Za-z][A-Za-z0-9_]{0,30}$/;

function envelope(body: JsonObject, take: Take): void {
  for (const entry of (arrayOf(body, 'pack') ?? []).slice(0, MOST_PACK)) {
    if (!isObject(entry)) continue;
    const id = textOf(entry, 'id');
    const value = numberOf(entry, 'v');
    if (id === undefined || value === undefined || !PACK_NAME.test(id)) continue;
    take(Object.hasOwn(PACK, id) ? (PACK[id] ?? id) : id, value);
  }
}

function telemetryV1(body: JsonObject, take: Take): void {
  numbers(body, 'ai_volts', (index, value) => take(`ai${index + 1}_v`, value));
  numbers(body, 'mos', (index, value) => take(`mosfet${index + 1}_on`, value));
  let devices = 0;
  numbers(body, 'i2c_count', (_, value) => {
    devices += value;
  });
  take('i2c_devices', devices);
}

function wifisense(body: JsonObject, take: Take): void {
  copy(
    [
      ['rssi_dbm', 'wifisense.rssi_dbm'],
      ['temp_c', 'wifisense.temperature_c'],
      ['humidity_rh', 'wifisense.humidity_pct'],
    ],
    body,
    take,
  );
  for (const [key, series] of [
    ['accel', 'accel_ms2'],
    ['gyro', 'gyro'],
    ['compass', 'compass_ut'],
  ] as const) {
    numbers(body, key, (index, value) => take(`wifisense.${series}_${'xyz'.charAt(index)}`, value));
  }
}

const DRONE: readonly (readonly [key: string, series: string])[] = [
  ['latitude', 'drone.latitude_deg'],
  ['longitude', 'drone.longitude_deg'],
  ['altitude_msl', 'drone.altitude_msl_m'],
  ['altitude_rel', 'drone.altitude_rel_m'],
  ['heading', 'drone.heading_deg'],
  ['ground_speed', 'drone.ground_speed_ms'],
  ['air_speed', 'drone.air_speed_ms'],
  ['climb_rate', 'drone.climb_rate_ms'],
  ['battery_percent', 'drone.battery_pct'],
  ['battery_voltage', 'drone.battery_v'],
  ['battery_current', 'drone.battery_a'],
  ['payload_mass', 'drone.payload_kg'],
  ['temp_c', 'drone.temperature_c'],
  ['humidity_rh', 'drone.humidity_pct'],
  ['pressure_hpa', 'drone.pressure_hpa'],
  ['gas_resistance', 'drone.gas_ohm'],
  ['mission_progress', 'drone.mission_pct'],
];

function copy(table: readonly (readonly [key: string, series: string])[], body: JsonObject, take: Take): void {
  for (const [key, series] of table) {
    const value = numberOf(body, key);
    if (value !== undefined) take(series, value);
  }
}

function numbers(body: JsonObject, key: string, each: (index: number, value: number) => void): void {
  arrayOf(body, key)
    ?.slice(0, 4)
    .forEach((value, index) => {
      if (typeof value === 'number' && Number.isFinite(value)) each(index, value);
    });
}
