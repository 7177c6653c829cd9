import type { EpochMs } from '../../contract/time.ts';
import { type Fields, field, fieldsOf, isFields, plainNumberOf, shortTextOf } from './fields.ts';
import { type Reading, readRaw, ValueList } from './reading.ts';
import { deviceTimeOf } from './times.ts';

const BME = [
  ['temperature', 'degC'],
  ['humidity', '%'],
  ['pressure', 'hPa'],
  ['gasResistance', 'ohm'],
] as const;
const SNAKE: Readonly<Record<string, string>> = { gasResistance: 'gas_resistance', sideA: 'side_a', sideB: 'side_b' };
const LINK_COUNTS = [
  ['txCount', 'tx_count'],
  ['rxCount', 'rx_count'],
  ['ackCount', 'ack_count'],
  ['retryCount', 'retry_count'],
] as const;

/** The data of a `DeviceUpdate`, in whichever of its two shapes. */
export const readData = (deviceType: unknown, data: unknown, now: EpochMs): Reading =>
  isFields(data) ? (isMycoBrain(deviceType, data) ? readMycoBrain(data, now) : readOwnWords(data)) : nothingOf(data);

const isMycoBrain = (deviceType: unknown, data: Fields): boolean =>
  typeof deviceType === 'string'
    ? deviceType.trim().toLowerCase() === 'mycobrain'
    : field(data, 'sideA') !== undefined || field(data, 'sideB') !== undefined;

/** MycoBrain telemetry: the two sides of a board, its power, its own clock. */
export function readMycoBrain(data: Fields, now: EpochMs): Reading {
  const list = new ValueList();
  const states: Record<string, boolean> = {};
  const counts: Record<string, number> = {};
  const sideA = sectionOf(data, 'sideA', list);
  const sideB = sectionOf(data, 'sideB', list);
  const power = sectionOf(data, 'power', list);

  const bme = fieldsOf(field(sideA, 'bme688'));
  for (const [name, unit] of BME) list.add(`bme688.${SNAKE[name] ?? name}`, field(bme, name), unit);
  list.addAll('ai_volts', field(sideA, 'aiVolts'), 'V');
  list.add('rssi', field(sideB, 'rssi'), 'dBm');
  list.add('snr', field(sideB, 'snr'), 'dB');
  list.add('battery_voltage', field(power, 'batteryVoltage'), 'V');

  copyStates('mosfet', fieldsOf(field(sideA, 'mosfetStates')), states, list);
  const good = field(power, 'powerGood');
  if (typeof good === 'boolean') states.power_good = good;
  copyCounts('ai_counts', fieldsOf(field(sideA, 'aiCounts')), counts);
  copyCounts('uart_buffer', fieldsOf(field(sideB, 'uartBuffer')), counts);
  for (const [name, as] of LINK_COUNTS) {
    const count = plainNumberOf(field(sideB, name));
    if (count !== undefined) counts[as] = count;
  }

  const deviceAt = deviceTimeOf(plainNumberOf(field(data, 'ts')), now);
  return {
    seq: plainNumberOf(field(data, 'seq')),
    firmware: shortTextOf(field(data, 'fwVersion'), 64),
    deviceAt,
    clockUnset: deviceAt === undefined,
    uptimeMs: plainNumberOf(field(sideA, 'uptimeMs')),
    values: list.values,
    states,
    counts,
    dropped: list.dropped,
  };
}

/** null is a side that is not there; anything else that is no object is a loss. */
function sectionOf(data: Fields, name: string, list: ValueList): Fields {
  const section = field(data, name);
  if (section !== undefined && section !== null && !isFields(section)) list.dropped.push(SNAKE[name] ?? name);
  return fieldsOf(section);
}

const MOST_MEMBERS = 64;

function copyStates(prefix: string, from: Fields, into: Record<string, boolean>, list: ValueList): void {
  let left = MOST_MEMBERS;
  for (const name in from) {
    const on = from[name];
    if (typeof on === 'boolean' && left-- > 0) into[`${prefix}.${name}`] = on;
    else if (on !== null && on !== undefined) list.dropped.push(`${prefix}.${name}`);
  }
}

function copyCounts(prefix: string, from: Fields, into: Record<string, number>): void {
  let left = MOST_MEMBERS;
  for (const name in from) {
    const count = plainNumberOf(from[name]);
    if (count !== undefined && left-- > 0) into[`${prefix}.${name}`] = count;
  }
}

function readOwnWords(data: Fields): Reading {
  const list = new ValueList();
  readRaw(data, list);
  return { ...NOTHING, values: list.values, dropped: list.dropped };
}

const nothingOf = (data: unknown): Reading =>
  data === undefined || data === null ? NOTHING : { ...NOTHING, dropped: ['data'] };

export const NOTHING: Reading = {
  seq: undefined,
  firmware: undefined,
  deviceAt: undefined,
  clockUnset: false,
  uptimeMs: undefined,
  values: [],
  states: {},
  counts: {},
  dropped: [],
};
