import type { EpochMs } from '../../contract/time.ts';
import {
  BUOY_STALE_MS,
  type BuoyEventRecord,
  type BuoyRecord,
  CLOCK_SKEW_MS,
  type Reading,
  type Thruster,
} from '../../contract/upstream/mas-devices.ts';
import { booleanOf, type Fields, numberOf, textOf } from '../mas/fields.ts';
import { reasonOf } from '../mas/frame.ts';
import { millisMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { Curves } from './curves.ts';
import { positionOf } from './location.ts';
import { deviceIdOf, fieldsOf, keepNewest, parseJson } from './plain.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

const MAX_BUOYS = 32;
const MAX_THRUSTERS = 16;
const LINKS: ReadonlySet<string> = new Set(['online', 'stale', 'offline', 'unknown']);
const CONTACTS: ReadonlySet<string> = new Set(['live', 'delayed', 'dark']);

/** Every number of the envelope that is a measurement, by its place, with its unit (§6). */
const NUMBERS: readonly (readonly [group: string, field: string, unit: string])[] = [
  ['pose', 'headingDeg', '°'],
  ['pose', 'speedKn', 'kn'],
  ['pose', 'depthM', 'm'],
  ['power', 'solarInputW', 'W'],
  ['power', 'panelTempC', '°C'],
  ['power', 'batterySocPct', '%'],
  ['power', 'batteryVoltage', 'V'],
  ['power', 'loadW', 'W'],
  ['power', 'estRuntimeH', 'h'],
];
const PROBE: readonly (readonly [field: string, name: string, unit: string, least: number, most: number])[] = [
  ['temperature', 'temperature', '°C', -40, 85],
  ['humidity', 'humidity', '%RH', 0, 100],
  ['pressure', 'pressure', 'hPa', 300, 1_100],
  ['gasResistance', 'gas_resistance', 'Ω', 1e2, 1e8],
  ['iaq', 'iaq', '', 0, 500],
  ['vocEquivalent', 'voc_equivalent', '', -Infinity, Infinity],
];

interface Seen {
  atMs: EpochMs;
  rx: EpochMs;
  record: BuoyRecord;
}

export type BuoyAck = { readonly id: string | undefined; readonly state: string; readonly detail: string | undefined };

/** Psathyrella buoys: their event stream. What an event is called matters less than what its data says it is. */
export class Buoys {
  readonly #seen = new Map<string, Seen>();
  readonly #curves: Curves;
  readonly #onAck: (device: string, ack: BuoyAck) => void;

  constructor(curves = new Curves(), onAck: (device: string, ack: BuoyAck) => void = () => undefined) {
    this.#curves = curves;
    this.#onAck = onAck;
  }

  /** One event of `/api/psathyrella/{device}/stream`. */
  readEvent(device: string, data: string, out: Out, context: ReadContext): Told {
    const message = fieldsOf(parseJson(data)?.value);
    if (message === undefined) {
      out.count('dropped', 'bad-json', data.slice(0, 80));
      return told('drop');
    }
    switch (message.type) {
      case 'telemetry':
        return this.#readTelemetry(device, message, out, context);
      case 'command_ack': {
        const ack = readAck(message.ack ?? message);
        if (ack === undefined) {
          out.count('dropped', 'bad-ack');
          return told('drop');
        }
        this.#onAck(device, ack);
        return told('apply');
      }
      case 'contact':
      case 'mission':
      case 'alert':
        out.event('buoy-events', {
          ...stamp(context, millisMs(message.atMs), device),
          device,
          type: message.type,
          data: withoutEnvelope(message),
        } satisfies BuoyEventRecord);
        return told('apply');
      default:
        out.count('unknown', reasonOf(message.type));
        return told('ignore');
    }
  }

  /** A buoy whose stream is silent is not as it was said to be any more (`stale`), which is told once. */
  age(out: Out, context: ReadContext): void {
    for (const [device, seen] of this.#seen) {
      if (seen.record.flags.includes('stale') || this.judgeSilence(device, context.now).action !== 'mark_stale')
        continue;
      seen.record = { ...seen.record, flags: [...seen.record.flags, 'stale'] };
      out.put('buoys', device, seen.record);
    }
  }

  /** Nothing came for a while. */
  judgeSilence(device: string, now: EpochMs): Told {
    const seen = this.#seen.get(device);
    return told(seen === undefined || now - seen.rx > BUOY_STALE_MS ? 'mark_stale' : 'control');
  }

  #readTelemetry(device: string, message: Fields, out: Out, context: ReadContext): Told {
    const telemetry = fieldsOf(message.telemetry);
    if (telemetry === undefined) {
      out.count('dropped', 'no-telemetry');
      return told('drop');
    }
    const said = deviceIdOf(telemetry.deviceId);
    if (said !== undefined && said !== device) {
      out.count('dropped', 'other-device', said);
      return told('drop');
    }
    const atMs = millisMs(message.atMs);
    const seen = this.#seen.get(device);
    if (seen !== undefined && atMs !== undefined && atMs <= context.now + CLOCK_SKEW_MS) {
      if (atMs === seen.atMs) {
        out.count('deduped', 'same-time');
        return told('dedupe');
      }
      if (atMs < seen.record.at) {
        const late = readRecord(device, telemetry, atMs, undefined, context);
        this.#curves.late(device, late.readings, late, out);
        return told('history_only', { at_ms: atMs });
      }
    }
    const record = readRecord(device, telemetry, atMs, seen?.record, context);
    this.#seen.delete(device);
    this.#seen.set(device, { atMs: atMs ?? context.now, rx: context.now, record });
    const gone = keepNewest(this.#seen, MAX_BUOYS);
    if (gone !== undefined) out.remove('buoys', [gone]);
    out.put('buoys', device, record);
    this.#curves.add(device, record.readings, record, out);
    if (record.atFrom === 'arrival') return told('apply_receive_time', { at_ms: record.at });
    return told(record.flags.includes('suspect') ? 'apply_suspect' : 'apply', { at_ms: record.at });
  }
}

function readRecord(
  device: string,
  telemetry: Fields,
  atMs: EpochMs | undefined,
  before: BuoyRecord | undefined,
  context: ReadContext,
): BuoyRecord {
  const pose = fieldsOf(telemetry.pose);
  const autonomy = fieldsOf(telemetry.autonomy);
  const stamped = stamp(context, atMs, textOf(telemetry.source, 64) ?? device, [], telemetry.simulated === true);
  const readings = readNumbers(telemetry, stamped.at);
  const lat = numberOf(pose?.lat);
  const lon = numberOf(pose?.lon);
  const fix = lat === undefined || lon === undefined ? undefined : positionOf(lat, lon);
  const link = textOf(telemetry.link, 16) ?? '';
  const contact = textOf(telemetry.contactState, 16) ?? '';
  const gpsLock = booleanOf(pose?.gpsLock);
  const flags = [...stamped.flags];
  if (readings.some(({ suspect }) => suspect)) flags.push('suspect');
  if (fix === undefined || gpsLock === false) flags.push('no-gps');
  return {
    ...stamped,
    flags,
    id: device,
    link: LINKS.has(link) ? (link as BuoyRecord['link']) : 'unknown',
    contact: CONTACTS.has(contact) ? (contact as BuoyRecord['contact']) : 'unknown',
    lastUpdateAgoMs: numberOf(telemetry.lastUpdateMsAgo),
    lastContactAgoMs: numberOf(telemetry.lastContactMsAgo),
    // Without a fix the last one stays, and says how old it is.
    position: fix ?? before?.position,
    fixAt: fix === undefined ? before?.fixAt : stamped.at,
    gpsLock,
    headingDeg: numberOf(pose?.headingDeg),
    speedKn: numberOf(pose?.speedKn),
    depthM: numberOf(pose?.depthM),
    readings,
    mode: textOf(autonomy?.mode, 32),
    armed: booleanOf(autonomy?.armed),
    thrusters: readThrusters(fieldsOf(telemetry.propulsion)?.thrusters),
  };
}

function readNumbers(telemetry: Fields, at: EpochMs): Reading[] {
  const readings: Reading[] = [];
  const bme = fieldsOf(telemetry.bme);
  for (const side of ['a', 'b']) {
    const probe = fieldsOf(bme?.[side]);
    if (probe === undefined) continue;
    for (const [field, name, unit, least, most] of PROBE) {
      const value = numberOf(probe[field]);
      if (value === undefined) continue;
      readings.push({ name: `${side}.${name}`, value, unit, suspect: value < least || value > most, at });
    }
  }
  for (const [group, field, unit] of NUMBERS) {
    const value = numberOf(fieldsOf(telemetry[group])?.[field]);
    if (value !== undefined) readings.push({ name: `${group}.${field}`, value, unit, suspect: false, at });
  }
  return readings;
}

function readThrusters(value: unknown): Thruster[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_THRUSTERS).flatMap((item: unknown) => {
    const thruster = fieldsOf(item);
    if (thruster === undefined) return [];
    const id = numberOf(thruster.id) ?? textOf(thruster.id, 32);
    if (id === undefined) return [];
    return [
      {
        id: String(id),
        label: textOf(thruster.label, 32) ?? String(id),
        throttlePct: numberOf(thruster.throttlePct),
        azimuthDeg: numberOf(thruster.azimuthDeg),
        currentA: numberOf(thruster.currentA),
        rpm: numberOf(thruster.rpm),
        faulted: thruster.faulted === true,
      },
    ];
  });
}

/** The acknowledgement of a command, of the stream or of the answer. */
export function readAck(value: unknown): BuoyAck | undefined {
  const ack = fieldsOf(value);
  const state = textOf(ack?.state, 16);
  return state === undefined
    ? undefined
    : { id: textOf(ack?.commandId, 64), state, detail: textOf(ack?.detail, 256) ?? textOf(ack?.deviceResponse, 256) };
}

function withoutEnvelope(message: Fields): Fields {
  const { type: _type, atMs: _atMs, ...rest } = message;
  return rest;
}
