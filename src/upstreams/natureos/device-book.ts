import type { EpochMs } from '../../contract/time.ts';
import {
  NATUREOS_DEVICE_OFFLINE_MS,
  type NatureosDevice,
  type NatureosValue,
} from '../../contract/upstream/natureos.ts';
import type { Out, ReadContext } from '../out.ts';
import type { Reading } from './reading.ts';
import { Seen } from './seen.ts';
import type { ReadDevice } from './snapshot.ts';
import type { Stamp } from './stamp.ts';

const MOST_DEVICES = 2_000;
/** Names of one device; more are dropped. */
const MOST_NAMES = 512;
/** Telemetry messages that are remembered, to know a repeat. */
const MOST_SEEN = 20_000;

/** A device that counts anew does not come to the number where it was within this time, ms. */
const SOON_MS = 60_000;

interface Entry {
  record: NatureosDevice;
  /** Time of the newest telemetry, in the order in which messages are compared. */
  telemetryAt: EpochMs;
  /** The newest that it said itself, not an event of it. */
  saidAt: EpochMs;
  /** When the store's word on the status was so. */
  statusAt: EpochMs;
}

/** Every device that is known, from the store's snapshot and from what devices say: the newest word wins for each field. */
export class DeviceBook {
  readonly #entries = new Map<string, Entry>();
  readonly #seen = new Seen(MOST_SEEN);

  /** Keeps a reading and tells it. False: it was a repeat, too old, or there are too many devices. */
  read(device: string, type: string | undefined, reading: Reading, stamp: Stamp, out: Out): boolean {
    const entry = this.#entries.get(device);
    const order = stamp.at;
    if (this.#isRepeat(device, reading, stamp)) {
      out.count('deduped', 'same-telemetry', telemetryKey(device, reading, stamp));
      return false;
    }
    if (entry !== undefined && order < entry.telemetryAt) {
      out.count('late', 'older-than-known', telemetryKey(device, reading, stamp));
      return false;
    }
    if (entry === undefined && this.#entries.size >= MOST_DEVICES) {
      out.count('dropped', 'too-many-devices', device);
      return false;
    }
    for (const name of reading.dropped) out.count('dropped', 'bad-field', name);
    const record = merged(device, type, entry?.record, reading, stamp);
    const statusAt = entry?.statusAt ?? Number.NEGATIVE_INFINITY;
    const saidAt = stamp.flags.includes('fallback') ? (entry?.saidAt ?? Number.NEGATIVE_INFINITY) : order;
    this.#entries.set(device, { record, telemetryAt: order, saidAt, statusAt });
    out.put('devices', device, record);
    if (reading.values.length > 0) out.rows('telemetry', rowOf(device, reading, stamp));
    return true;
  }

  /** A device as the store has it. */
  known(found: ReadDevice, context: ReadContext, out: Out): void {
    const entry = this.#entries.get(found.id);
    if (entry === undefined && this.#entries.size >= MOST_DEVICES) {
      out.count('dropped', 'too-many-devices', found.id);
      return;
    }
    const record = withStored(entry, found, context);
    const telemetryAt = entry?.telemetryAt ?? Number.NEGATIVE_INFINITY;
    const saidAt = entry?.saidAt ?? Number.NEGATIVE_INFINITY;
    const statusAt = Math.max(found.statusAt ?? Number.NEGATIVE_INFINITY, entry?.statusAt ?? Number.NEGATIVE_INFINITY);
    this.#entries.set(found.id, { record, telemetryAt, saidAt, statusAt });
    out.put('devices', found.id, record);
  }

  /** Who was not heard of for long, while somebody could have heard it, is offline by the source's own rule. To be called now and then. */
  age({ now }: ReadContext, listeningSince: EpochMs | undefined, out: Out): void {
    if (listeningSince === undefined) return;
    for (const [id, entry] of this.#entries) {
      const { record } = entry;
      const heardAt = Math.max(record.lastSeenAt ?? record.rx, listeningSince);
      if (record.status !== 'online' || now - heardAt <= NATUREOS_DEVICE_OFFLINE_MS) continue;
      const flags = record.flags.includes('derived') ? record.flags : [...record.flags, 'derived'];
      entry.record = { ...record, status: 'offline', flags };
      out.put('devices', id, entry.record);
    }
  }

  get(device: string): NatureosDevice | undefined {
    return this.#entries.get(device)?.record;
  }

  /** Whether the device spoke for itself within `withinMs` of this time. */
  spokeNear(device: string, at: EpochMs, withinMs: number): boolean {
    const entry = this.#entries.get(device);
    return entry !== undefined && Math.abs(entry.saidAt - at) <= withinMs;
  }

  /** Whether the device spoke for itself after this time. */
  spokeAfter(device: string, stamp: Stamp): boolean {
    const entry = this.#entries.get(device);
    return entry !== undefined && entry.telemetryAt > stamp.at;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The same number with the same clocks is the same message; after a reboot the number comes again with others. */
  #isRepeat(device: string, reading: Reading, stamp: Stamp): boolean {
    const { seq, deviceAt, uptimeMs } = reading;
    if (seq === undefined) return stamp.atFrom === 'source' && !this.#seen.add(`${device}@${stamp.at}`);
    const sameTime = stamp.atFrom === 'source' && !this.#seen.add(`${device}/${seq}@${stamp.at}`);
    if (deviceAt !== undefined) return !this.#seen.add(`${device}/${seq}~${deviceAt}`) || sameTime;
    // Without a clock of its own: nobody counts up to the same number again so soon.
    const newest = this.#entries.get(device)?.record;
    const isNewest = newest?.seq === seq && (uptimeMs === undefined || newest.uptimeMs === uptimeMs);
    return sameTime || (isNewest && stamp.at - newest.at <= SOON_MS);
  }
}

/** How one telemetry message is known: `<device>/<seq>`, or by its time where the device does not count. */
export const telemetryKey = (device: string, { seq }: Pick<Reading, 'seq'>, { at }: Pick<Stamp, 'at'>): string =>
  seq === undefined ? `${device}@${at}` : `${device}/${seq}`;

function merged(
  id: string,
  type: string | undefined,
  before: NatureosDevice | undefined,
  reading: Reading,
  stamp: Stamp,
): NatureosDevice {
  const flags = reading.clockUnset ? [...stamp.flags, 'device-clock-unset'] : [...stamp.flags];
  // It spoke: whatever the store said before, it is there.
  const isThere = before === undefined || before.status === 'offline' || before.status === 'unknown';
  const derived = isThere || before.flags.includes('derived');
  if (derived) flags.push('derived');
  const uptime = reading.uptimeMs;
  return {
    at: stamp.at,
    atFrom: stamp.atFrom,
    rx: stamp.rx,
    provenance: stamp.provenance,
    flags,
    t: 'device',
    source: id,
    id,
    name: before?.name,
    type: type ?? before?.type,
    location: before?.location,
    firmware: reading.firmware ?? before?.firmware,
    status: isThere ? 'online' : before.status,
    lastSeenAt: stamp.at,
    batteryPct: batteryOf(reading) ?? before?.batteryPct,
    values: mergedValues(before?.values, reading, stamp.at),
    states: withBefore({ ...reading.states }, before?.states),
    counts: withBefore({ ...reading.counts }, before?.counts),
    seq: reading.seq ?? before?.seq,
    deviceAt: reading.clockUnset ? undefined : (reading.deviceAt ?? before?.deviceAt),
    uptimeMs: uptime ?? before?.uptimeMs,
  };
}

const batteryOf = ({ values }: Reading): number | undefined =>
  values.find(({ name, unit }) => unit === '%' && name.startsWith('battery'))?.value;

function mergedValues(
  before: NatureosDevice['values'] | undefined,
  { values }: Reading,
  at: EpochMs,
): NatureosDevice['values'] {
  const all: Record<string, NatureosValue> = {};
  for (const { name, value, unit } of values) all[name] = { value, unit, at };
  return withBefore(all, before);
}

/** What was known and is not said now stays; a sender that invents a name with every message does not make the record grow for ever. */
function withBefore<T>(now: Record<string, T>, before: Readonly<Record<string, T>> | undefined): Record<string, T> {
  let left = MOST_NAMES;
  for (const name in before) {
    const known = before[name];
    if (now[name] === undefined && known !== undefined && left-- > 0) now[name] = known;
  }
  return now;
}

/** Its own reading is newer than the store's word, or the other way round: the newest wins, field by field. */
function withStored(entry: Entry | undefined, found: ReadDevice, { now, simulated }: ReadContext): NatureosDevice {
  const before = entry?.record;
  const storedAt = found.statusAt;
  const spokeAfter = entry !== undefined && entry.telemetryAt > (storedAt ?? Number.NEGATIVE_INFINITY);
  const spoke = before !== undefined && entry !== undefined && Number.isFinite(entry.telemetryAt);
  const isThere = spoke && spokeAfter && (found.status === 'offline' || found.status === 'unknown');
  // The store has several lists, and one may be behind the other.
  const isBehind = before !== undefined && storedAt !== undefined && storedAt < (entry?.statusAt ?? storedAt);
  const lastSeenAt = Math.max(found.lastSeenAt ?? 0, before?.lastSeenAt ?? 0) || undefined;
  const flags = before?.flags ?? (simulated ? ['simulated'] : []);
  const at = storedAt === undefined ? (before?.at ?? now) : Math.max(storedAt, before?.at ?? 0);
  return {
    at,
    atFrom: storedAt === undefined && !spoke ? 'arrival' : 'source',
    rx: now,
    source: found.id,
    provenance: simulated ? 'simulated' : 'measured',
    flags: isThere ? [...new Set([...flags, 'derived'])] : flags.filter(isNotDerived),
    t: 'device',
    id: found.id,
    name: found.name ?? before?.name,
    type: found.type ?? before?.type,
    location: found.location ?? before?.location,
    firmware: spokeAfter ? (before?.firmware ?? found.firmware) : (found.firmware ?? before?.firmware),
    status: isThere ? 'online' : isBehind ? before.status : found.status,
    lastSeenAt,
    batteryPct: spokeAfter ? (before?.batteryPct ?? found.batteryPct) : (found.batteryPct ?? before?.batteryPct),
    values: before?.values ?? {},
    states: before?.states ?? {},
    counts: before?.counts ?? {},
    seq: before?.seq,
    deviceAt: before?.deviceAt,
    uptimeMs: before?.uptimeMs,
  };
}

const isNotDerived = (flag: string): boolean => flag !== 'derived';

function rowOf(device: string, { values }: Reading, { at, provenance }: Stamp) {
  return {
    series: values.map(({ name }) => `${device}.${name}`),
    times: Float64Array.of(at),
    columns: values.map(({ value }) => Float64Array.of(value)),
    provenance,
  };
}
