import type { EpochMs } from '../time.ts';
import type { Sourced } from './upstream.ts';

/**
 * Boards, gateways, buoys and mesh radios as MAS knows them (contract `mas-devices`). Addresses of the laboratory's own network never are
 * in a record.
 */
export const MAS_DEVICES_PARTS = {
  /** key: device id · {@link DeviceRecord} */
  devices: 'state',
  /** key: `registry` · {@link RegistryRecord} */
  registry: 'state',
  /** key: device id · {@link ReadingsRecord}: the newest of each device. */
  readings: 'state',
  /** `telemetry.<word of the device>` (`telemetryPart`): curves, one series per reading. */
  'telemetry.*': 'samples',
  /** {@link LateReadingsRecord}: older than what was shown when they came; in no curve. */
  'late-readings': 'events',
  /** {@link DeviceCommandRecord} */
  commands: 'events',
  /** key: buoy id · {@link BuoyRecord} */
  buoys: 'state',
  /** {@link BuoyEventRecord} */
  'buoy-events': 'events',
  /** {@link AcousticRecord} */
  acoustic: 'events',
  /** key: node id · {@link MeshNodeRecord} */
  'mesh-nodes': 'state',
  /** {@link MeshPacketRecord} */
  'mesh-packets': 'events',
} as const;

/** Heartbeats come every 30 s; MAS calls a device stale after 60 s and forgets it after 120 s (§4). */
export const HEARTBEAT_STALE_MS = 60_000;
export const HEARTBEAT_GONE_MS = 120_000;
/** A device that is pushed speaks every 5 s; three times that without a word is stale (§3). */
export const READING_INTERVAL_MS = 5_000;
export const READING_STALE_MS = 3 * READING_INTERVAL_MS;
/** A device that is asked answers every 5 to 30 s, or in its turn. */
export const POLLED_STALE_MS = 60_000;
/** A source's clock that is further ahead than this is not believed (§9). */
export const CLOCK_SKEW_MS = 300_000;
/** The buoy's stream ticks every 2.5 s (§6). */
export const BUOY_INTERVAL_MS = 2_500;
export const BUOY_STALE_MS = 3 * BUOY_INTERVAL_MS;

/** online · stale: by MAS · offline: MAS does not list it any more, this is the last that was known · unknown: another word. */
export type DeviceStatus = 'online' | 'stale' | 'offline' | 'unknown';

export interface DeviceRecord extends Sourced {
  readonly id: string;
  readonly name: string;
  /** `mushroom1`, `sporebase`, `psathyrella`, `gateway` … */
  readonly role: string;
  readonly status: DeviceStatus;
  /** By MAS. */
  readonly lastSeenAt: EpochMs | undefined;
  readonly registeredAt: EpochMs | undefined;
  readonly firmware: string;
  readonly board: string;
  readonly sensors: readonly string[];
  readonly capabilities: readonly string[];
  readonly position: Position | undefined;
  /** As it was registered. */
  readonly location: string | undefined;
  readonly connection: string;
  readonly ingestion: string;
  /** `waiting_for_device`: a host whose board is not plugged in. */
  readonly note: string | undefined;
  /** Where its curves are: a part of this upstream. */
  readonly telemetryPart: string;
}

/** Degrees, WGS 84. */
export interface Position {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** Whether the list of devices can be believed now. */
export interface RegistryRecord extends Sourced {
  readonly available: boolean;
  /** Why it is not. */
  readonly why: string | undefined;
  readonly online: number;
  readonly stale: number;
  readonly offline: number;
  /** Devices that are listened to, and those that are not because there are more than may be open at once. */
  readonly streamed: number;
  readonly notStreamed: number;
}

export interface ReadingsRecord extends Sourced {
  readonly device: string;
  readonly readings: readonly Reading[];
  /** What is not a number, as it was said. */
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  /** When anything at all was heard of it, with or without readings. */
  readonly heardAt: EpochMs;
  /** pushed: over its own stream · polled: asked for. */
  readonly by: 'pushed' | 'polled';
}

export interface LateReadingsRecord extends Sourced {
  readonly device: string;
  readonly readings: readonly Reading[];
}

export interface Reading {
  /** `temperature`, or `bme1.temperature` where a device has several probes. */
  readonly name: string;
  readonly value: number;
  /** `°C`, `%RH`, `hPa`, `Ω`, `ppm`, `V`, `mV`; '' where there is none or nobody said. */
  readonly unit: string;
  /** Outside of what the sensor can mean (§2): kept, not to be relied on. */
  readonly suspect: boolean;
  /** As of when: a device may say one of its readings and be silent about the others. */
  readonly at: EpochMs;
}

/** One step: queued → sent → acked | failed. `id` is the client's. */
export interface DeviceCommandRecord extends Sourced {
  readonly id: string;
  readonly device: string;
  readonly command: string;
  readonly state: 'queued' | 'sent' | 'acked' | 'failed';
  /** The device's own words, or why it failed. */
  readonly answer: string | undefined;
  /** From sent to the answer, ms. */
  readonly rttMs: number | undefined;
}

/** A buoy (§6). Every measured value is undefined where it is not available; `fixAt` is that of the last position that was known. */
export interface BuoyRecord extends Sourced {
  readonly id: string;
  readonly link: 'online' | 'stale' | 'offline' | 'unknown';
  readonly contact: 'live' | 'delayed' | 'dark' | 'unknown';
  readonly lastUpdateAgoMs: number | undefined;
  readonly lastContactAgoMs: number | undefined;
  readonly position: Position | undefined;
  readonly fixAt: EpochMs | undefined;
  readonly gpsLock: boolean | undefined;
  readonly headingDeg: number | undefined;
  readonly speedKn: number | undefined;
  readonly depthM: number | undefined;
  /** `a.temperature`, `power.batteryVoltage` …: every number that was said, with its unit. */
  readonly readings: readonly Reading[];
  readonly mode: string | undefined;
  readonly armed: boolean | undefined;
  readonly thrusters: readonly Thruster[];
}

export interface Thruster {
  readonly id: string;
  readonly label: string;
  readonly throttlePct: number | undefined;
  readonly azimuthDeg: number | undefined;
  readonly currentA: number | undefined;
  readonly rpm: number | undefined;
  readonly faulted: boolean;
}

/** `contact`, `mission`, `alert`: announced by the contract, not sent yet. What they say is kept as it is. */
export interface BuoyEventRecord extends Sourced {
  readonly device: string;
  readonly type: string;
  readonly data: unknown;
}

export interface AcousticRecord extends Sourced {
  readonly device: string;
  /** As it was said: its shape is fixed by nobody. */
  readonly data: unknown;
}

export interface MeshNodeRecord extends Sourced {
  readonly id: string;
  readonly packets: number;
  readonly rssiDbm: number | undefined;
  readonly snrDb: number | undefined;
  readonly region: string | undefined;
  readonly channel: string | undefined;
}

export interface MeshPacketRecord extends Sourced {
  readonly uid: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly gateway: string | undefined;
  readonly port: string | undefined;
  readonly channel: string | undefined;
  readonly rssiDbm: number | undefined;
  readonly snrDb: number | undefined;
  readonly hopLimit: number | undefined;
  readonly hopStart: number | undefined;
  readonly text: string | undefined;
  /** It could not be decoded by the gateway: nothing but its envelope is known. */
  readonly undecoded: boolean;
}

/** `call('command', …)`. Anything that can move or light something needs `confirmed`. */
export interface DeviceCommandArgs {
  readonly device: string;
  readonly command: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly confirmed?: boolean;
  /** Chosen by whoever asks: the same one is not done twice. */
  readonly id?: string;
}

/** `call('buoy-command', …)`. */
export interface BuoyCommandArgs {
  readonly device: string;
  readonly target: 'side_a' | 'side_b';
  readonly command: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly confirmed?: boolean;
  readonly id?: string;
}
