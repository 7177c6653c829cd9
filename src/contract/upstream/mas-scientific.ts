import type { ChannelKind } from '../channel.ts';
import type { EpochMs } from '../time.ts';
import type { Sourced } from './upstream.ts';

/** The lab of MAS: instruments, simulations, experiments, and the signal of fungi. Sections are those of the contract (mas-scientific). */

/** The parts of its channels. */
export const MAS_SCIENTIFIC_PARTS = {
  /** key: instrument id · {@link InstrumentRecord} */
  instruments: 'state',
  /** key: simulation id · {@link SimulationRecord} */
  simulations: 'state',
  /** key: experiment id · {@link ExperimentRecord} */
  experiments: 'state',
  /** key: id · {@link TrayExperimentRecord}: the second, unrelated table (§4.2); asked for only while looked at */
  'tray-experiments': 'state',
  /** key: hypothesis id · {@link HypothesisRecord} */
  hypotheses: 'state',
  /** key: session id · {@link FciSessionRecord} */
  sessions: 'state',
  /** key: device id · {@link LabDeviceRecord} */
  devices: 'state',
  /** key: device id · {@link DeviceReadingsRecord} */
  readings: 'state',
  /** key: job id · {@link MycobrainJobRecord} */
  jobs: 'state',
  /** key: network id · {@link MyceliumRecord} */
  mycelium: 'state',
  /** key: `safety` · {@link SafetyStatusRecord}; asked for only while looked at */
  safety: 'state',
  /** key: `<device>/spectrum`, `<device>/pattern`, `<device>/quality`, `<device>/link` · {@link FciNowRecord} */
  'fci-now': 'state',
  /** key: what is asked · `MasSourceRecord` of mas-topology: which snapshots can be had now, and why not */
  service: 'state',
  /** {@link SafetyAlertRecord} */
  alerts: 'events',
  /** {@link ExperimentDataRecord}: raw records of experiments, each once */
  records: 'events',
  /** {@link ScientificLogRecord} */
  log: 'events',
  /** series `<device>.<reading>` */
  telemetry: 'samples',
  /** series `<experiment>.<field>`: the numbers of `records` */
  observations: 'samples',
  /** series `<instrument>.temperature_c`, `<instrument>.humidity_percent`: what was pushed, so that there are trends */
  'instrument-readings': 'samples',
  /** series `<simulation or experiment>.percent`: what was pushed, so that a pace can be told from it */
  progress: 'samples',
  /** `fci.<device or session>`: µV as measured, series `ch<n>`. Opened by whoever looks at it */
  'fci.*': 'samples',
  /** `fci-filtered.<device>`: µV behind the device's filters (`fci.sdr-config`), series `ch<n>` */
  'fci-filtered.*': 'samples',
} as const satisfies Record<string, ChannelKind>;

export const INSTRUMENT_STATES = ['online', 'offline', 'busy', 'maintenance', 'unknown'] as const;
export const SIMULATION_STATES = ['queued', 'running', 'completed', 'failed', 'paused', 'unknown'] as const;
export const EXPERIMENT_STATES = ['pending', 'running', 'completed', 'failed', 'skipped', 'unknown'] as const;
export const HYPOTHESIS_STATES = ['proposed', 'testing', 'validated', 'rejected', 'unknown'] as const;
export const SESSION_STATES = ['recording', 'stimulating', 'idle', 'paused', 'unknown'] as const;
export const LAB_DEVICE_STATES = ['online', 'offline', 'busy', 'error', 'unknown'] as const;
export const JOB_STATES = ['queued', 'processing', 'completed', 'failed', 'unknown'] as const;
export const ALERT_SEVERITIES = ['info', 'warning', 'critical', 'unknown'] as const;

/** Snapshots are asked for this often; all of this upstream's together stay below five questions a minute. */
export const SNAPSHOT_EVERY_MS = 90_000;
/** What is seldom looked at: the service itself, safety, the second table. */
export const SELDOM_EVERY_MS = 300_000;
/** §2.4: instruments speak at least every 30 s, so the typed socket is stale after three of those. */
export const TYPED_STALE_MS = 90_000;
/** Nothing tells how often experiments speak; a minute of silence is worth saying. */
export const RECORDS_STALE_MS = 60_000;
/** A signal has at least ten samples a second. */
export const FCI_STALE_MS = 2_000;
/** What was pushed beats a snapshot for this long: snapshots only move when somebody presses a button (§4.1). */
export const PUSH_WINS_MS = 600_000;
/** At most this often a batch of rows is made of a signal's samples: 20 a second. */
export const FCI_BATCH_MS = 50;
export const MAX_FCI_CHANNELS = 64;

/** A record whose fields were pushed, or come from a snapshot (`from`). */
interface LabRecord extends Sourced {
  readonly from: 'push' | 'snapshot' | 'command';
  /** A row by the answer to a command: when a later snapshot had the state. Until then MAS only said so. */
  readonly confirmedAt?: EpochMs;
}

export interface InstrumentRecord extends LabRecord {
  readonly t: 'instrument';
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly state: (typeof INSTRUMENT_STATES)[number];
  readonly said: string;
  readonly temperatureC: number | undefined;
  readonly humidityPercent: number | undefined;
  readonly task: string | undefined;
}

export interface SimulationRecord extends LabRecord {
  readonly t: 'simulation';
  readonly id: string;
  readonly name: string | undefined;
  readonly kind: string | undefined;
  readonly state: (typeof SIMULATION_STATES)[number];
  readonly said: string;
  /** 0–100. Flag `clamped`: MAS said more or less. */
  readonly progressPercent: number | undefined;
  /** Words for people (`12m`); nothing to count with. */
  readonly eta: string | undefined;
  readonly gpu: string | undefined;
}

export interface ExperimentRecord extends LabRecord {
  readonly t: 'experiment';
  readonly id: string;
  readonly name: string | undefined;
  readonly state: (typeof EXPERIMENT_STATES)[number];
  readonly said: string;
  readonly step: number | undefined;
  readonly totalSteps: number | undefined;
  /** 0–100, whole; undefined where the steps are not known (`totalSteps` 0 is normal). */
  readonly percent: number | undefined;
  readonly message: string | undefined;
  readonly startedAt: EpochMs | undefined;
}

export interface TrayExperimentRecord extends Sourced {
  readonly t: 'tray-experiment';
  readonly id: string;
  readonly name: string;
  readonly said: string;
  readonly createdAt: EpochMs | undefined;
}

export interface HypothesisRecord extends LabRecord {
  readonly t: 'hypothesis';
  readonly id: string;
  readonly statement: string;
  readonly state: (typeof HYPOTHESIS_STATES)[number];
  readonly said: string;
  /** 0–1. */
  readonly confidence: number | undefined;
  readonly experiments: readonly string[];
}

export interface FciSessionRecord extends LabRecord {
  readonly t: 'fci-session';
  readonly id: string;
  readonly species: string | undefined;
  readonly strain: string | undefined;
  readonly state: (typeof SESSION_STATES)[number];
  readonly said: string;
  readonly durationS: number | undefined;
  readonly electrodesActive: number | undefined;
  readonly electrodesTotal: number | undefined;
  readonly sampleRateHz: number | undefined;
}

export interface LabDeviceRecord extends Sourced {
  readonly t: 'lab-device';
  readonly id: string;
  readonly state: (typeof LAB_DEVICE_STATES)[number];
  readonly said: string;
  /** As MAS computed it, which is wrong where its server is not on UTC. */
  readonly lastSeenAt: EpochMs | undefined;
}

/** Names and units as the device has them (contract mas-devices §2). */
export interface DeviceReadingsRecord extends Sourced {
  readonly t: 'readings';
  readonly id: string;
  /** When the device read them; `at` is when MAS passed them on. */
  readonly measuredAt: EpochMs | undefined;
  readonly values: Readonly<Record<string, number>>;
}

export interface MycobrainJobRecord extends Sourced {
  readonly t: 'mycobrain-job';
  readonly id: string;
  readonly state: (typeof JOB_STATES)[number];
  readonly said: string;
  /** As JSON, cut at 2,000 characters; undefined: none yet. */
  readonly result: string | undefined;
}

export interface MyceliumRecord extends Sourced {
  readonly t: 'mycelium';
  readonly id: string;
  readonly nodes: number;
  readonly edges: number;
  /** 0–1. */
  readonly coverage: number;
  readonly meanSignalUv: number;
}

/** Whatever the configured safety service says, flat. Never anything in its place. */
export interface SafetyStatusRecord extends Sourced {
  readonly t: 'safety-status';
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

export interface SafetyAlertRecord extends Sourced {
  readonly t: 'safety-alert';
  /** When it was raised; `at` is when MAS passed it on. */
  readonly raisedAt: EpochMs | undefined;
  readonly kind: string;
  readonly message: string;
  readonly severity: (typeof ALERT_SEVERITIES)[number];
  readonly said: string;
}

/** Sockets B and C, §3. */
export interface ExperimentDataRecord extends Sourced {
  readonly t: 'experiment-data';
  readonly experimentId: string;
  /** As it came, cut to 64 fields. */
  readonly data: Readonly<Record<string, unknown>>;
}

interface FciNow extends Sourced {
  readonly device: string;
}

export interface FciSpectrumRecord extends FciNow {
  readonly t: 'fci-spectrum';
  /** Hz, at most 64. */
  readonly frequenciesHz: readonly number[];
  readonly magnitudes: readonly number[];
  readonly peakHz: number | undefined;
  readonly peakMagnitude: number | undefined;
  readonly bandPowers: Readonly<Record<string, number>>;
  readonly spectralEntropy: number | undefined;
}

export interface FciPatternRecord extends FciNow {
  readonly t: 'fci-pattern';
  /** As MAS says it; `known` is false for a name that is not in its list. */
  readonly name: string;
  readonly known: boolean;
  readonly category: string | undefined;
  /** 0–1. */
  readonly confidence: number | undefined;
  readonly frequencyHz: number | undefined;
  readonly amplitudeUv: number | undefined;
}

/** Of the samples since the socket was opened. */
export interface FciQualityRecord extends FciNow {
  readonly t: 'fci-quality';
  readonly channels: number;
  readonly samples: number;
  readonly artifacts: number;
  readonly spikes: number;
  /** dB, by channel, of the newest sample. */
  readonly snrDb: readonly number[];
}

/** The probe itself, by its firmware's word; viewers who come and go are not it. */
export interface FciLinkRecord extends FciNow {
  readonly t: 'fci-link';
  readonly connected: boolean;
}

export type FciNowRecord = FciSpectrumRecord | FciPatternRecord | FciQualityRecord | FciLinkRecord;

export interface ScientificLogRecord extends Sourced {
  readonly t: 'scientific-log';
  readonly what: 'server-error' | 'acknowledged' | 'probe' | 'pattern' | 'refused';
  readonly about: string | undefined;
  readonly text: string;
}
