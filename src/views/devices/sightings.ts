import type { BoardStatus } from '../../contract/board-status.ts';
import type { BoardValue } from '../../contract/board-value.ts';
import type { EpochMs } from '../../contract/time.ts';
import {
  BUOY_STALE_MS,
  type BuoyRecord,
  type DeviceRecord,
  HEARTBEAT_STALE_MS,
  type MeshNodeRecord,
  POLLED_STALE_MS,
  READING_STALE_MS,
  type ReadingsRecord,
} from '../../contract/upstream/mas-devices.ts';
import type { MycorrhizaeDevice } from '../../contract/upstream/mycorrhizae.ts';
import { NATUREOS_DEVICE_OFFLINE_MS, type NatureosDevice } from '../../contract/upstream/natureos.ts';
import type { RedisMeasured } from '../../contract/upstream/redis.ts';
import type { FleetValue, Sighting } from '../../upstreams/fleet/merge-fleet.ts';

/** A device that speaks by messages, at no known pace: ten minutes without one is silence. */
const MESSAGE_SILENT_MS = 600_000;
/** The list is told of boards once a second, however fast they speak. */
const BOARD_SILENT_MS = 5_000;
const MOST_VALUES = 128;

const stateBy = (heardAt: EpochMs | undefined, silentMs: number, now: EpochMs): Sighting['state'] =>
  heardAt === undefined ? 'unknown' : now - heardAt <= silentMs ? 'live' : 'silent';

/** A board of this computer, or of another one by the relay. */
export function boardSighting(board: BoardStatus, values: readonly BoardValue[], now: EpochMs): Sighting {
  const { identity, health, path, phase } = board;
  const isHere = path.is !== 'relay';
  const heardAt = health.lastDataAt ?? health.lastByteAt;
  const isAway = phase.is === 'unplugged' || phase.is === 'gone' || path.is === 'none';
  return {
    source: isHere ? 'usb' : 'relay',
    id: board.id,
    // A presumed identity may be its neighbour's, and this dialect makes its id of the vendor's bytes of the MAC: many boards have the same.
    identities: identity.presumed
      ? [board.id]
      : [board.id, identity.mac ?? '', identity.dialect === 'mdp1-json' ? '' : (identity.deviceId ?? '')],
    name: board.name ?? identity.deviceId,
    kind: identity.role ?? identity.dialect,
    firmware: identity.firmware,
    place: path.is === 'relay' ? path.clientName : undefined,
    said: phase.is,
    state: isAway ? 'offline' : stateBy(heardAt, Math.max(BOARD_SILENT_MS, 3 * health.cadenceMs), now),
    heardAt,
    provenance: board.provenance,
    commands: board.commands,
    values: values.map(
      ({ series, value, at, provenance, cadenceMs }): FleetValue => ({
        ...{ name: series, value, unit: '', at, provenance, staleMs: Math.max(3_000, 4 * cadenceMs) },
      }),
    ),
  };
}

/** MAS's word for a device is as old as its last heartbeat; what it calls online is not, once nothing was heard of it for a minute. */
function masState({ status }: DeviceRecord, heardAt: EpochMs | undefined, now: EpochMs): Sighting['state'] {
  const said = ({ online: 'live', stale: 'silent', offline: 'offline', unknown: 'unknown' } as const)[status];
  return said === 'live' ? stateBy(heardAt, HEARTBEAT_STALE_MS, now) : said;
}

export const masSighting = (device: DeviceRecord, readings: ReadingsRecord | undefined, now: EpochMs): Sighting => ({
  source: 'mas',
  id: device.id,
  identities: [device.id],
  name: device.name,
  kind: device.role || undefined,
  firmware: device.firmware || undefined,
  place: device.location,
  said: device.note ?? device.status,
  state: masState(device, readings?.heardAt ?? device.lastSeenAt, now),
  heardAt: readings?.heardAt ?? device.lastSeenAt,
  provenance: device.provenance,
  values: (readings?.readings ?? []).slice(0, MOST_VALUES).map(
    ({ name, value, unit, at }): FleetValue => ({
      ...{ name, value, unit, at, provenance: readings?.provenance ?? device.provenance },
      staleMs: readings?.by === 'pushed' ? READING_STALE_MS : POLLED_STALE_MS,
    }),
  ),
});

export const natureosSighting = (device: NatureosDevice, now: EpochMs): Sighting => ({
  source: 'natureos',
  id: device.id,
  identities: [device.id],
  name: device.name,
  kind: device.type,
  firmware: device.firmware,
  place: device.location,
  said: device.status,
  state:
    device.status === 'offline' || device.status === 'error'
      ? 'offline'
      : stateBy(device.lastSeenAt ?? device.at, NATUREOS_DEVICE_OFFLINE_MS, now),
  heardAt: device.lastSeenAt ?? device.at,
  provenance: device.provenance,
  values: Object.entries(device.values)
    .slice(0, MOST_VALUES)
    .map(
      ([name, { value, unit, at }]): FleetValue => ({
        ...{ name, value, unit: unit ?? '', at, provenance: device.provenance, staleMs: MESSAGE_SILENT_MS },
      }),
    ),
});

/** Mycorrhizae and Redis tell of whoever a message is about. */
export const messageSighting = (
  source: 'mycorrhizae' | 'redis',
  device: MycorrhizaeDevice | RedisMeasured,
  now: EpochMs,
): Sighting => ({
  source,
  id: device.entity,
  identities: [device.entity],
  name: undefined,
  kind: undefined,
  firmware: undefined,
  place: undefined,
  said: 'channel' in device ? device.channel : '',
  state: stateBy(device.at, MESSAGE_SILENT_MS, now),
  heardAt: device.at,
  provenance: device.provenance,
  values: device.readings.slice(0, MOST_VALUES).map((reading): FleetValue => {
    const at = 'at' in reading && typeof reading.at === 'number' ? reading.at : device.at;
    const { name, value, unit } = reading;
    return { name, value, unit, at, provenance: device.provenance, staleMs: MESSAGE_SILENT_MS };
  }),
});

export const buoySighting = (buoy: BuoyRecord, now: EpochMs): Sighting => ({
  source: 'buoy',
  id: buoy.id,
  identities: [buoy.id],
  name: undefined,
  kind: 'buoy',
  firmware: undefined,
  place: undefined,
  said: `${buoy.link}, ${buoy.contact}`,
  state: buoy.link === 'offline' ? 'offline' : stateBy(buoy.at, BUOY_STALE_MS, now),
  heardAt: buoy.at,
  provenance: buoy.provenance,
  values: buoy.readings.slice(0, MOST_VALUES).map(({ name, value, unit, at }) => ({
    name,
    value,
    unit,
    at,
    provenance: buoy.provenance,
    staleMs: BUOY_STALE_MS,
  })),
});

export const meshSighting = (node: MeshNodeRecord, now: EpochMs): Sighting => ({
  source: 'mesh',
  id: node.id,
  identities: [node.id],
  name: undefined,
  kind: 'mesh radio',
  firmware: undefined,
  place: node.region,
  said: node.channel ?? '',
  state: stateBy(node.at, MESSAGE_SILENT_MS, now),
  heardAt: node.at,
  provenance: node.provenance,
  values: [
    ['rssi', node.rssiDbm, 'dBm'] as const,
    ['snr', node.snrDb, 'dB'] as const,
    ['packets', node.packets, ''] as const,
  ].flatMap(([name, value, unit]): FleetValue[] =>
    value === undefined
      ? []
      : [{ name, value, unit, at: node.at, provenance: node.provenance, staleMs: MESSAGE_SILENT_MS }],
  ),
});
