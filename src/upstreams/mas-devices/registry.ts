import type { DeviceRecord, DeviceStatus, Position, RegistryRecord } from '../../contract/upstream/mas-devices.ts';
import { type Fields, isFields, textOf, textsOf } from '../mas/fields.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { positionOfPoint, positionOfText } from './location.ts';
import { deviceIdOf, fieldsOf } from './plain.ts';
import { stamp } from './stamp.ts';
import { telemetryPart } from './telemetry-part.ts';
import { type Told, told } from './told.ts';

/** Devices that are kept visible, gone ones included; the longest gone goes first. */
const MAX_KNOWN = 2_000;

/**
 * MAS forgets a device two minutes after its last heartbeat and everything when it starts again (contract mas-devices §4): absence is all
 * that tells "offline". So what was known stays here, and is told as offline with its last words.
 */
export class DeviceRegistry {
  readonly #known = new Map<string, DeviceRecord>();
  #streams = { streamed: 0, notStreamed: 0 };
  #answered: RegistryRecord | undefined;

  /** Those that MAS lists now, online ones first. */
  listed(): DeviceRecord[] {
    return [...this.#known.values()]
      .filter(({ status }) => status !== 'offline')
      .sort((a, b) => Number(b.status === 'online') - Number(a.status === 'online'));
  }

  get(device: string): DeviceRecord | undefined {
    return this.#known.get(device);
  }

  /** The answer of `GET /api/devices`, or `mycobrain` of `unified-network`. */
  readList(value: unknown, out: Out, context: ReadContext): Told {
    const answer = fieldsOf(value);
    if (!Array.isArray(answer?.devices)) {
      out.count('dropped', 'no-devices');
      return told('drop');
    }
    const here = new Set<string>();
    const changed: (readonly [string, DeviceRecord])[] = [];
    for (const row of answer.devices as readonly unknown[]) {
      const record = isFields(row) ? readDevice(row, context) : undefined;
      if (record === undefined) {
        out.count('dropped', 'bad-device');
        continue;
      }
      if (here.size >= MAX_KNOWN) {
        out.count('dropped', 'too-many-devices');
        continue;
      }
      here.add(record.id);
      changed.push([record.id, record]);
    }
    for (const [id, record] of this.#known) {
      if (!here.has(id) && record.status !== 'offline') changed.push([id, offline(record, context)]);
    }
    for (const [id, record] of changed) this.#put(id, record, out);
    this.#forget(out);
    this.tell(true, undefined, out, context);
    return told('apply', { states: Object.fromEntries([...here].map((id) => [id, this.#known.get(id)?.status])) });
  }

  /** The answer of `GET /api/devices/{id}`. */
  readOne(value: unknown, out: Out, context: ReadContext): Told {
    const record = isFields(value) ? readDevice(value, context) : undefined;
    if (record === undefined) {
      out.count('dropped', 'bad-device');
      return told('drop');
    }
    this.#put(record.id, record, out);
    this.#forget(out);
    return told(record.status === 'unknown' ? 'apply_unknown' : 'apply', { states: { [record.id]: record.status } });
  }

  /** MAS does not know it (404). What was known of it stays. */
  markOffline(device: string, out: Out, context: ReadContext): void {
    const record = this.#known.get(device);
    if (record !== undefined && record.status !== 'offline') this.#put(device, offline(record, context), out);
  }

  /**
   * Entities of `GET /api/devices/crep`: only their places are used, and only of devices that the registry knows; their order of
   * coordinates is wrong more often than not.
   */
  readEntities(value: unknown, out: Out, context: ReadContext): Told {
    const entities = fieldsOf(value)?.entities;
    if (!Array.isArray(entities)) {
      out.count('dropped', 'no-entities');
      return told('drop');
    }
    const positions: Record<string, Position | undefined> = {};
    for (const entity of entities.slice(0, MAX_KNOWN) as readonly unknown[]) {
      const id = deviceIdOf(fieldsOf(entity)?.id);
      if (id === undefined) {
        out.count('dropped', 'bad-entity');
        continue;
      }
      const known = this.#known.get(id);
      const registered = positionOfText(known?.location);
      const position = positionOfPoint(fieldsOf(fieldsOf(entity)?.geometry)?.coordinates, registered);
      Object.defineProperty(positions, id, { value: position, enumerable: true });
      if (known !== undefined && known.position === undefined && position !== undefined) {
        this.#put(id, { ...known, rx: context.now, position, flags: [...known.flags, 'derived-position'] }, out);
      }
    }
    return told('apply', { positions });
  }

  /** Whether the list can be believed. A failed question leaves all devices as they were. */
  tell(available: boolean, why: string | undefined, out: Out, context: ReadContext): void {
    const count = { online: 0, stale: 0, offline: 0, unknown: 0 };
    for (const { status } of this.#known.values()) count[status] += 1;
    const at = available ? context.now : (this.#answered?.at ?? context.now);
    const record: RegistryRecord = {
      ...stamp(context, undefined, 'registry'),
      at,
      available,
      why,
      online: count.online,
      stale: count.stale,
      offline: count.offline,
      ...this.#streams,
    };
    this.#answered = record;
    out.put('registry', 'registry', record);
  }

  /** How many devices are listened to, for `tell`. */
  noteStreams(streamed: number, notStreamed: number): boolean {
    const before = this.#streams;
    this.#streams = { streamed, notStreamed };
    return before.streamed !== streamed || before.notStreamed !== notStreamed;
  }

  /** Says again what was told last, with the numbers of now. */
  tellAgain(out: Out, context: ReadContext): void {
    this.tell(this.#answered?.available ?? false, this.#answered?.why, out, context);
  }

  #put(id: string, record: DeviceRecord, out: Out): void {
    // Put last in the order, so that the first is the one that was heard of the longest ago.
    this.#known.delete(id);
    this.#known.set(id, record);
    out.put('devices', id, record);
  }

  #forget(out: Out): void {
    while (this.#known.size > MAX_KNOWN) {
      const gone =
        [...this.#known.values()].find(({ status }) => status === 'offline') ?? this.#known.values().next().value;
      if (gone === undefined) return;
      this.#known.delete(gone.id);
      out.remove('devices', [gone.id]);
      out.count('expired', 'too-many-known');
    }
  }
}

const offline = (record: DeviceRecord, context: ReadContext): DeviceRecord => ({
  ...record,
  status: 'offline',
  rx: context.now,
  flags: record.flags.includes('last-known') ? record.flags : [...record.flags, 'last-known'],
});

const STATUSES: ReadonlySet<string> = new Set(['online', 'stale', 'offline']);

/** A row of the registry. Its host and its addresses are not ours to show. */
function readDevice(row: Fields, context: ReadContext): DeviceRecord | undefined {
  const id = deviceIdOf(row.device_id);
  if (id === undefined) return undefined;
  const lastSeenAt = utcMs(row.last_seen);
  const location = textOf(row.location);
  const said = textOf(row.status, 32);
  const status: DeviceStatus = said !== undefined && STATUSES.has(said) ? (said as DeviceStatus) : 'unknown';
  return {
    ...stamp(context, lastSeenAt, 'registry', status === 'unknown' ? ['unknown-status'] : []),
    id,
    name: textOf(row.device_display_name) ?? textOf(row.device_name) ?? id,
    role: textOf(row.device_role, 64) ?? 'standalone',
    status,
    lastSeenAt,
    registeredAt: utcMs(row.registered_at),
    firmware: textOf(row.firmware_version, 64) ?? 'unknown',
    board: textOf(row.board_type, 64) ?? 'unknown',
    sensors: textsOf(row.sensors),
    capabilities: textsOf(row.capabilities),
    position: positionOfText(location),
    location,
    connection: textOf(row.connection_type, 32) ?? 'unknown',
    ingestion: textOf(row.ingestion_source, 32) ?? 'unknown',
    note: textOf(fieldsOf(row.extra)?.status, 64),
    telemetryPart: telemetryPart(id),
  };
}
