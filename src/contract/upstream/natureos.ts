import type { EpochMs } from '../time.ts';
import type { Sourced } from './upstream.ts';

/** The channels of NatureOS. Sections in brackets are those of its contract. */
export const NATUREOS_PARTS = {
  /** key: device id · {@link NatureosDevice} */
  devices: 'state',
  /** key: alert key · {@link NatureosAlert} */
  alerts: 'state',
  /** key: `dashboard`, or the list of the store that was asked (`devices`, `mycobrain-devices`) · {@link NatureosSummary} */
  summary: 'state',
  /** {@link NatureosEvent} */
  events: 'events',
  /** {@link NatureosCommand} */
  commands: 'events',
  /** {@link NatureosActivity} */
  activity: 'events',
  /** {@link NatureosAlertEntry} */
  'alert-log': 'events',
  /** series `<device id>.<name>`, units as in {@link NatureosDevice.values} */
  telemetry: 'samples',
} as const;

/** A device that was not heard of for this long is offline by the source's own rule, ms [8.6]. */
export const NATUREOS_DEVICE_OFFLINE_MS = 30 * 60_000;
/** An alert that was not repeated for this long, while we could have heard it, is over, ms: two and a half cycles [8.6]. */
export const NATUREOS_ALERT_CLEAR_MS = 150_000;
/** A command without evidence of its effect for this long is unconfirmed, ms [10.2]. */
export const NATUREOS_COMMAND_CONFIRM_MS = 45_000;
/** One reading of Mushroom1 comes as two messages at most this far apart, ms [D8]. */
export const NATUREOS_SAME_READING_MS = 2_000;

/** units: degC · % · hPa · ohm · uS/cm · mV · uV · V · dBm · dB · ppm · s; undefined where the source names none and the name tells none. */
export interface NatureosValue {
  readonly value: number;
  readonly unit: string | undefined;
  readonly at: EpochMs;
}

export type NatureosDeviceStatus = 'unknown' | 'online' | 'offline' | 'maintenance' | 'error';

/** One device: what the store knows of it, and the newest reading of each kind [8.2, 9.1, 9.3]. */
export interface NatureosDevice extends Sourced {
  readonly t: 'device';
  readonly id: string;
  readonly name: string | undefined;
  /** `mycobrain`, or what the store calls it. */
  readonly type: string | undefined;
  readonly location: string | undefined;
  readonly firmware: string | undefined;
  /**
   * By the store; a device that spoke after the store's word is online (flag `derived`). `unknown` is no statement: the store has
   * often nothing though devices are there [D1].
   */
  readonly status: NatureosDeviceStatus;
  readonly lastSeenAt: EpochMs | undefined;
  readonly batteryPct: number | undefined;
  /** By name (`bme688.temperature`, `ai_volts.ai1`, `rssi`, or the sender's own name in lower case). */
  readonly values: Readonly<Record<string, NatureosValue>>;
  /** Switches and the like: `mosfet.m1`, `power_good`. */
  readonly states: Readonly<Record<string, boolean>>;
  /** Raw counts and link counters: `ai_counts.ai1`, `tx_count`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of the newest telemetry; wraps at 2^32 and starts over at a reboot. */
  readonly seq: number | undefined;
  /** The device's own clock, where it can be believed. */
  readonly deviceAt: EpochMs | undefined;
  readonly uptimeMs: number | undefined;
}

export type NatureosSeverity = 'info' | 'warning' | 'critical';

/** A condition that holds, or held lately. The source only repeats it; beginning, end and acknowledgement are ours [8.6, D5, D6]. */
export interface NatureosAlert extends Sourced {
  readonly t: 'alert';
  /** `<type>/<category>/<device id>/<severity>`, absent words left empty. */
  readonly key: string;
  readonly type: string;
  readonly category: string | undefined;
  readonly device: string | undefined;
  readonly severity: NatureosSeverity;
  /** Plain text of the source. */
  readonly message: string;
  readonly recommendations: readonly string[];
  readonly firstAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** How often it was said. */
  readonly count: number;
  /** By our own clock, after silence. undefined: it holds. */
  readonly clearedAt: EpochMs | undefined;
  /** In this browser: the source knows of no acknowledgement. */
  readonly acknowledgedAt: EpochMs | undefined;
}

export interface NatureosAlertEntry extends Sourced {
  readonly t: 'alert-entry';
  readonly key: string;
  readonly what: 'raised' | 'cleared' | 'acknowledged';
  readonly severity: NatureosSeverity;
  readonly device: string | undefined;
  readonly message: string;
}

/** Something that was observed [9.2], or a message as a device sent it [8.3]. */
export interface NatureosEvent extends Sourced {
  readonly t: 'event' | 'envelope';
  /** `event_id`, or `<device>/<seq>/<message id>`. */
  readonly id: string;
  readonly device: string;
  /** `FUNGA.telemetry`; of envelopes `envelope`. */
  readonly domain: string;
  /** The event's own time, where it differs from the message's. */
  readonly observedAt: EpochMs | undefined;
  readonly values: readonly { readonly name: string; readonly value: number; readonly unit: string | undefined }[];
  /** 0..1 */
  readonly confidence: number | undefined;
  /** 0..1 */
  readonly quality: number | undefined;
  readonly algorithm: string | undefined;
  /** What it is about, where a species is named. */
  readonly taxon: string | undefined;
  /** Absent where the source gives a constant instead of a fix [D11]. */
  readonly location: { readonly latitude: number; readonly longitude: number } | undefined;
  readonly sequence: number | undefined;
}

/**
 * sending → queued → confirmed | unconfirmed, or not-sent. `queued` means: on the way to the device. Nobody tells whether it
 * arrived; `confirmed` means that later telemetry shows its effect [10.2].
 */
export type NatureosCommandState = 'sending' | 'queued' | 'confirmed' | 'unconfirmed' | 'not-sent';

export interface NatureosCommand extends Sourced {
  readonly t: 'command';
  /** `<device>/<sequence>`. */
  readonly id: string;
  readonly device: string;
  /** As the hub names it: `SetMosfet`. */
  readonly command: string;
  readonly sequence: number | undefined;
  readonly state: NatureosCommandState;
  /** Why it is so, short: `mosfet m1 is on`, `unknown_command_type`. */
  readonly why: string | undefined;
  readonly by: 'us' | 'others';
}

/** What else went on [8.1, 8.7, 8.8, 8.9]. */
export type NatureosActivity = Sourced &
  (
    | {
        readonly t: 'sync';
        readonly state: 'running' | 'done' | 'failed';
        readonly stage: string | undefined;
        /** 0..100 */
        readonly progress: number | undefined;
        readonly successful: number | undefined;
        readonly total: number | undefined;
        readonly error: string | undefined;
      }
    | {
        readonly t: 'simulation';
        /** `HPL@<end, ms>`; the source names no run. */
        readonly key: string;
        readonly type: string;
        readonly state: 'running' | 'done' | 'failed';
        readonly durationMs: number | undefined;
        readonly results: Readonly<Record<string, number | string | boolean>>;
        readonly error: string | undefined;
      }
    /** Somebody asked MYCA. What they asked is theirs and is not here. */
    | {
        readonly t: 'myca';
        readonly what: 'response' | 'activity';
        readonly responseLength: number | undefined;
        /** 0..1 */
        readonly confidence: number | undefined;
        readonly suggestedCount: number | undefined;
        readonly hasSuggestions: boolean | undefined;
      }
    | {
        readonly t: 'system';
        readonly type: string;
        readonly status: string | undefined;
        readonly message: string | undefined;
      }
    /** Anybody can send these to everybody: plain text, never markup (flag `untrusted`). */
    | { readonly t: 'message'; readonly from: string; readonly text: string }
  );

export type NatureosSummary =
  | (Sourced & {
      readonly t: 'dashboard';
      readonly totalEvents: number | undefined;
      readonly activeDevices: number | undefined;
      readonly errorsLast24h: number | undefined;
      readonly readings: readonly {
        readonly device: string;
        readonly value: number;
        readonly at: EpochMs | undefined;
      }[];
    })
  /** What the store said when it was asked for its devices. `unknown`: nothing, or it failed, which says nothing about devices. */
  | (Sourced & {
      readonly t: 'snapshot';
      readonly is: 'known' | 'unknown';
      readonly devices: number;
      readonly why: string | undefined;
    });

/** What a page may ask, with `upstream({ do: 'call' })`. */
export interface NatureosCalls {
  /** value: `{ id, sequence }` */
  command: {
    readonly device: string;
    readonly command: NatureosCommandType;
    readonly parameters?: Readonly<Record<string, unknown>>;
  };
  acknowledge: { readonly key: string };
  /** Asks the store for its devices again. */
  snapshot: undefined;
  /** value: the readings, newest first */
  history: { readonly device: string; readonly sensorType?: string; readonly from?: EpochMs; readonly to?: EpochMs };
  /** Their answer is not pushed to others. */
  ask: { readonly question: string };
  /** Groups that the hub keeps but sends nothing to today; joined again after each reconnect [6]. */
  'join-device': { readonly device: string };
  'join-location': { readonly latitude: number; readonly longitude: number; readonly radiusKm: number };
  leave: { readonly group: string };
  /** To everybody who is connected, unsigned. */
  message: { readonly text: string };
}

/** In the order of their numbers on the other route, 1 to 8 [8.4, 10.2]. */
export const NATUREOS_COMMANDS = {
  set_mosfet: 'SetMosfet',
  set_telemetry_interval: 'SetTelemetryInterval',
  i2c_scan: 'ScanI2C',
  get_status: 'GetStatus',
  set_analog_label: 'SetAnalogLabel',
  set_mosfet_label: 'SetMosfetLabel',
  firmware_update: 'FirmwareUpdate',
  reset: 'Reset',
} as const;

export type NatureosCommandType = keyof typeof NATUREOS_COMMANDS;
