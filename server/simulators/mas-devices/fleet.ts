import { HEARTBEAT_GONE_MS, HEARTBEAT_STALE_MS } from '../../../src/contract/upstream/mas-devices.ts';
import { awareTime } from './device-socket.ts';

const HEARTBEAT_MS = 30_000;

const ROLES = ['mushroom1', 'sporebase', 'hyphae1', 'myconode', 'alarm', 'agaric_mini', 'agaric_standard'] as const;

export interface Heartbeat {
  readonly device_id: string;
  readonly host: string;
  readonly [field: string]: unknown;
}

interface Entry {
  readonly heartbeat: Heartbeat;
  readonly registeredAt: number;
  seenAt: number;
  /** It sends its own heartbeats here; others come by HTTP. */
  readonly isOurs: boolean;
}

/** The registry as MAS has it: in memory, forgetful. */
export class Fleet {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #beatAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps `count` devices of its own alive; `silent` of them say nothing any more. */
  beat(count: number, isSilent: (index: number) => boolean): void {
    const now = this.#now();
    const own = ownDevices(count);
    const isDue = now - this.#beatAt >= HEARTBEAT_MS;
    if (isDue) this.#beatAt = now;
    own.forEach((heartbeat, index) => {
      const entry = this.#entries.get(heartbeat.device_id);
      if (isSilent(index)) return;
      if (entry === undefined) this.register(heartbeat, true);
      else if (isDue) entry.seenAt = now;
    });
    const wanted = new Set(own.map(({ device_id }) => device_id));
    for (const [id, entry] of this.#entries) {
      if (now - entry.seenAt > HEARTBEAT_GONE_MS || (entry.isOurs && !wanted.has(id))) this.#entries.delete(id);
    }
  }

  register(heartbeat: Heartbeat, isOurs = false): 'registered' | 'updated' {
    const now = this.#now();
    const before = this.#entries.get(heartbeat.device_id);
    this.#entries.set(heartbeat.device_id, {
      heartbeat,
      registeredAt: before?.registeredAt ?? now,
      seenAt: now,
      isOurs,
    });
    return before === undefined ? 'registered' : 'updated';
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  /** As after a restart of MAS. */
  clear(): void {
    this.#entries.clear();
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  row(id: string): Readonly<Record<string, unknown>> | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const age = this.#now() - entry.seenAt;
    return {
      device_name: 'MycoBrain',
      device_role: 'standalone',
      device_display_name: null,
      port: 8003,
      firmware_version: 'unknown',
      board_type: 'esp32s3',
      sensors: [],
      capabilities: [],
      location: null,
      connection_type: 'lan',
      ingestion_source: 'serial',
      extra: {},
      ...entry.heartbeat,
      status: age <= HEARTBEAT_STALE_MS ? 'online' : 'stale',
      last_seen: awareTime(entry.seenAt),
      registered_at: awareTime(entry.registeredAt),
    };
  }

  rows(): Readonly<Record<string, unknown>>[] {
    return [...this.#entries.keys()].flatMap((id) => {
      const row = this.row(id);
      return row === undefined ? [] : [row];
    });
  }
}

/** A buoy, a host without a board, and as many boards as were asked for. */
function ownDevices(count: number): Heartbeat[] {
  const devices: Heartbeat[] = [
    heartbeatOf('psathyrella-1', 'psathyrella', 0),
    {
      ...heartbeatOf('mycobrain-service-192-0-2-10', 'gateway', 0),
      board_type: 'service',
      firmware_version: 'service-only',
      sensors: [],
      extra: { service_version: '2.2.0', status: 'waiting_for_device', mdp_device_ids_on_host: [] },
    },
  ];
  for (let index = 0; devices.length < count; index += 1) {
    const role = ROLES[index % ROLES.length] ?? 'standalone';
    const id = index === 0 ? 'mushroom1' : `${role.replace('1', '')}-${index + 1}`;
    devices.push(heartbeatOf(id, role, index));
  }
  return devices.slice(0, Math.max(0, count));
}

const heartbeatOf = (id: string, role: string, index: number): Heartbeat => ({
  device_id: id,
  device_name: id,
  device_display_name: `${role} ${index + 1}`,
  device_role: role,
  host: '192.0.2.10',
  port: 8003,
  firmware_version: '2.1.1',
  board_type: 'ESP32-S3',
  sensors: ['bme688_a', 'bme688_b'],
  capabilities: ['led', 'buzzer', 'i2c'],
  location: `${(47.6 + index * 0.001).toFixed(4)},${(-122.33 - index * 0.001).toFixed(4)}`,
  connection_type: 'lan',
  ingestion_source: 'serial',
  extra: {
    protocol: 'MDP v1',
    port_name: '/dev/ttyACM0',
    mdp_device_id: `mycobrain-${id}`,
    agent_url: 'http://192.0.2.10:8787',
  },
});
