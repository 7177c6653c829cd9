import type { EpochMs } from '../../contract/time.ts';
import type { NatureosDeviceStatus } from '../../contract/upstream/natureos.ts';
import { type Fields, field, isFields, plainNumberOf, shortTextOf, textOf } from './fields.ts';
import { timeOf } from './times.ts';

/** One device as a store has it: `Device` or `MycoBrainDevice` [9.3]. */
export interface ReadDevice {
  readonly id: string;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly location: string | undefined;
  readonly firmware: string | undefined;
  readonly status: NatureosDeviceStatus;
  /** When the store last heard of it, which is when its status was so. */
  readonly statusAt: EpochMs | undefined;
  readonly lastSeenAt: EpochMs | undefined;
  readonly batteryPct: number | undefined;
}

export interface ReadSnapshot {
  readonly devices: readonly ReadDevice[];
  /** Paths of members that are no devices. */
  readonly dropped: readonly string[];
}

const STATUSES: readonly NatureosDeviceStatus[] = ['unknown', 'online', 'offline', 'maintenance', 'error'];

/** The number of a status, or its name in any case. */
export function statusOf(value: unknown): NatureosDeviceStatus {
  const text = textOf(value)?.toLowerCase();
  const named = STATUSES.find((status) => status === text);
  const number = plainNumberOf(value);
  return named ?? (number === undefined ? undefined : STATUSES[number]) ?? 'unknown';
}

/** A list of devices, bare or in `{items}`. undefined: it is neither. A bad member is dropped alone; of a device named twice the newer counts. */
export function readSnapshot(answer: unknown): ReadSnapshot | undefined {
  const isBare = Array.isArray(answer);
  const list = isBare ? answer : isFields(answer) ? field(answer, 'items') : undefined;
  if (!Array.isArray(list)) return undefined;
  const devices = new Map<string, ReadDevice>();
  const dropped: string[] = [];
  list.forEach((member: unknown, index) => {
    const device = isFields(member) ? readDevice(member) : undefined;
    if (device === undefined) dropped.push(isBare ? `[${index}]` : `items[${index}]`);
    else if ((devices.get(device.id)?.statusAt ?? 0) <= (device.statusAt ?? 0)) devices.set(device.id, device);
  });
  return { devices: [...devices.values()], dropped };
}

export function readDevice(member: Fields): ReadDevice | undefined {
  const id = textOf(field(member, 'deviceId')) ?? textOf(field(member, 'serial'));
  if (id === undefined || id.length > 128) return undefined;
  const lastSeenAt = timeOf(field(member, 'lastSeen'));
  return {
    id,
    name: shortTextOf(field(member, 'name'), 128),
    type: shortTextOf(field(member, 'deviceType'), 64),
    location: placeText(field(member, 'location')),
    firmware: shortTextOf(field(member, 'firmwareVersion'), 64),
    status: statusOf(field(member, 'status')),
    statusAt: timeOf(field(member, 'updatedAt')) ?? lastSeenAt,
    lastSeenAt,
    batteryPct: plainNumberOf(field(member, 'batteryLevel')),
  };
}

/** Words, or a place with a name. */
const placeText = (value: unknown): string | undefined =>
  isFields(value) ? shortTextOf(field(value, 'name'), 128) : shortTextOf(value, 128);
