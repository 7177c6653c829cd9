import type { ChannelKind, ChannelName } from '../channel.ts';
import type { EpochMs } from '../time.ts';
import type { NamedReading } from './reading.ts';
import type { Sourced } from './upstream.ts';

/**
 * A foreign message on a channel `events/feed/…` or `state/feed/…` of our server: what it says is not looked into there. The server reads
 * wrapper, time, repeats, size and shape (`redis-channels.md` section 2); meaning is made by who reads the channel.
 */
export interface FeedRecord {
  /** The Redis channel or stream it came on. */
  readonly from: string;
  /** Of the wrapper; null: it names none. */
  readonly source: string | null;
  readonly at: EpochMs;
  /** Where `at` is from. `arrival`: the message had no time that can be used. */
  readonly atFrom: 'wrapper' | 'payload' | 'arrival' | 'entry-id';
  readonly data: unknown;
  readonly flags: readonly FeedFlag[];
  /** Of a stream: the entry's id there. */
  readonly entry?: string;
}

export type FeedFlag =
  /** The wrapper names another channel; the one it came on was taken. */
  | 'channel-mismatch'
  /** Bare NaN or Infinity became null. */
  | 'nan-repaired'
  /** A simulator of ours said it. */
  | 'simulated';

/** state · key: any · {@link FeedListing}: which feeds our server brings in, and how each is. */
export const FEED_INDEX: ChannelName = 'state/feed/index';

/** One pattern or stream of one foreign Redis, and the channel of ours that it goes to. Told every few seconds while something changes. */
export interface FeedListing {
  readonly source: string;
  /** Pattern or stream, as configured. */
  readonly from: string;
  readonly to: ChannelName;
  /** `silent`: subscribed, and no producer was seen. Neither health nor failure. */
  readonly state: 'standby' | 'connecting' | 'silent' | 'live' | 'retrying' | 'refused' | 'closed';
  /** The state for people. */
  readonly words: string;
  readonly received: number;
  readonly delivered: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly gaps: number;
  readonly reconnects: number;
  /** undefined: nothing came yet. */
  readonly lastAt: EpochMs | undefined;
  readonly simulated: boolean;
}

/** The channels of this upstream. */
export const REDIS_PARTS = {
  /** state · key: `<source>.<from>` · {@link RedisFeed} */
  feeds: 'state',
  /** state · key: agent id · {@link RedisAgent} */
  agents: 'state',
  /** state · key: alert id · {@link RedisAlert} */
  alerts: 'state',
  /** state · key: source of the heartbeat · {@link RedisHeartbeat} */
  system: 'state',
  /** events · {@link RedisTask} */
  tasks: 'events',
  /** events · {@link RedisAgentEvent}. Operators and owners only. */
  bus: 'events',
  /** state · key: tool and source · {@link RedisTool}. Operators and owners only. */
  tools: 'state',
  /** state · key: device id · {@link RedisMeasured} */
  devices: 'state',
  /** state · key: experiment id · {@link RedisMeasured} */
  experiments: 'state',
  /** samples · series `<device or experiment>.<reading>` */
  telemetry: 'samples',
  /** events · {@link RedisPacket} */
  mesh: 'events',
  /** state · key: category and id · {@link RedisEntity}: `crep:live` and `entities:*` */
  entities: 'state',
  /** events · {@link RedisEntity}: `crep:fungal:updates` */
  observations: 'events',
  /** events · {@link RedisSecurity}. Operators and owners only. */
  security: 'events',
  /** events · {@link RedisOther}: `earth2:predictions`, and feeds that somebody configured beside the usual ones */
  other: 'events',
} as const satisfies Record<string, ChannelKind>;

/** The heartbeat service speaks every 15 s for each agent and for itself; three beats missed: stale, ms. Section 3.1. */
export const REDIS_BEAT_STALE_MS = 45_000;

export interface RedisFeed extends Sourced, Omit<FeedListing, 'source'> {
  readonly t: 'feed';
  /** The name of the Redis server in the configuration. */
  readonly server: string;
  /** Only operators and owners may read it. */
  readonly isRestricted: boolean;
}

/** Flags of all records: `channel-mismatch`, `nan-repaired`, `simulated`. */
export interface RedisAgent extends Sourced {
  readonly t: 'agent';
  readonly agent: string;
  /** As it was sent; also the supervisor's events (`agent_restarted`). */
  readonly status: string;
  readonly health: 'ok' | 'warn' | 'bad' | 'unknown';
  /** Of `details`: numbers and short texts. */
  readonly details: Readonly<Record<string, number | string>>;
}

/** Section 3.2. The newest `updated_at` stands. */
export interface RedisAlert extends Sourced {
  readonly t: 'alert';
  readonly alertId: string;
  readonly title: string;
  readonly message: string;
  /** A word that is not one of these is a warning. */
  readonly severity: 'critical' | 'warning' | 'info';
  /** `open` · `acknowledged` · `dismissed` · `resolved`, or whatever was sent. */
  readonly status: string;
  readonly deviceId: string | undefined;
  readonly category: string;
  readonly createdAt: EpochMs | undefined;
  readonly updatedAt: EpochMs | undefined;
}

/** Section 3.6. `restarted` among the flags: its count of beats went down. */
export interface RedisHeartbeat extends Sourced {
  readonly t: 'heartbeat';
  readonly agents: {
    readonly total?: number;
    readonly active?: number;
    readonly degraded?: number;
    readonly error?: number;
  };
  /** Tasks, errors and insights since the start over there. */
  readonly totals: { readonly tasks?: number; readonly errors?: number; readonly insights?: number };
  /** `cpu_usage` %, `memory_usage` %, `uptime_seconds` s. */
  readonly readings: readonly NamedReading[];
  readonly dropped: readonly string[];
  readonly beats: number | undefined;
  readonly redisConnected: boolean | undefined;
}

/** Sections 3.5 and 3.7 (deep agents). */
export interface RedisTask extends Sourced {
  readonly t: 'task';
  readonly agent: string;
  readonly taskId: string | undefined;
  /** `submitted` · `started` · `completed` · `finished`, or whatever came behind `task_`. */
  readonly state: string;
  readonly text: string | undefined;
  readonly count: number | undefined;
  /** `<agent>/<completed at>`: one completion is told every 15 s for a while. */
  readonly key: string | undefined;
  readonly isPrivileged: boolean;
}

/** Section 3.3. */
export interface RedisAgentEvent extends Sourced {
  readonly t: 'agent-event';
  readonly type: string;
  readonly fromAgent: string;
  readonly toAgent: string | undefined;
  readonly traceId: string | undefined;
  readonly classification: string | undefined;
  readonly text: string | undefined;
}

/** Section 3.4. */
export interface RedisTool extends Sourced {
  readonly t: 'tool';
  readonly tool: string;
  /** 0 to 1; null: nobody knows of how much. */
  readonly progress: number | null;
  readonly message: string;
}

/** What a device or an experiment measured. */
export interface RedisMeasured extends Sourced {
  readonly t: 'device' | 'experiment';
  readonly entity: string;
  /** Of its newest message; none: it was seen. */
  readonly readings: readonly NamedReading[];
  readonly dropped: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** A packet of the mesh, once, whichever gateway heard it first. Section 4. `decode-error` among the flags: nothing but its id. */
export interface RedisPacket extends Sourced {
  readonly t: 'packet';
  readonly key: string;
  /** `!a1b2c3d4`; empty: unknown. */
  readonly fromNode: string;
  readonly toNode: string;
  readonly gateway: string;
  readonly channel: string;
  readonly region: string;
  readonly port: string;
  /** `rx_rssi` dBm, `rx_snr` dB. */
  readonly readings: readonly NamedReading[];
  readonly hops: number | undefined;
  readonly text: string | undefined;
  readonly position: RedisPosition | undefined;
  readonly dropped: readonly string[];
}

/** Degrees, WGS 84. */
export interface RedisPosition {
  readonly lat: number;
  readonly lng: number;
}

/** Something with a place. `unknown-category` and `no-id` are flags. */
export interface RedisEntity extends Sourced {
  readonly t: 'crep' | 'entity' | 'observation';
  readonly entity: string;
  readonly category: string;
  readonly position: RedisPosition | undefined;
  readonly dropped: readonly string[];
  /** Its other members, numbers and short texts. At most 32. */
  readonly details: Readonly<Record<string, number | string>>;
}

/** What the platform's guards say. Section 3.7 and `security:events`. */
export interface RedisSecurity extends Sourced {
  readonly t: 'security';
  /** `alert` · `block` · `unblock` · `scan_complete` · `incident.created` … */
  readonly what: string;
  readonly severity: string | undefined;
  readonly text: string | undefined;
  readonly details: Readonly<Record<string, number | string>>;
}

export interface RedisOther extends Sourced {
  readonly t: 'other';
  readonly from: string;
  /** As it came; its form is not agreed with anybody. */
  readonly data: unknown;
}
