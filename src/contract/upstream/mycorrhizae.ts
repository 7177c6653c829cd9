import type { ChannelKind } from '../channel.ts';
import type { EpochMs } from '../time.ts';
import type { NamedReading } from './reading.ts';
import type { Sourced } from './upstream.ts';

/** The channels of this upstream. `mycorrhizae-sse.md` sections 3 to 6. */
export const MYCORRHIZAE_PARTS = {
  /** state · key: what the message is about · {@link MycorrhizaeDevice} */
  devices: 'state',
  /** samples · series `<entity>.<reading>` */
  telemetry: 'samples',
  /** events · {@link MycorrhizaeMessage}: everything that came, also what is past its lifetime (flag `expired`) */
  messages: 'events',
  /** events · {@link MycorrhizaeMessage}: of channels `alert.*` and `device.*.alerts` */
  alerts: 'events',
  /** state · key: pattern · {@link MycorrhizaeSubscription} */
  patterns: 'state',
} as const satisfies Record<string, ChannelKind>;

/** Devices sleep, so silence is legal; a connection without a record for this long is called stale, ms. */
export const MYCORRHIZAE_STALE_MS = 120_000;
/** The service says something every 15 s (a comment) whatever happens: nothing for this long means it is gone, ms. Section 4. */
export const MYCORRHIZAE_SILENT_MS = 45_000;
/** Messages that come this much later than the quickest did are skipped: the newest matter, ms. Section 4. */
export const MYCORRHIZAE_LAG_MS = 10_000;
/**
 * Patterns at once: one connection each, of the six that a browser has for one server where that speaks HTTP/1.1, and one key for all.
 */
export const MYCORRHIZAE_MAX_PATTERNS = 4;
/**
 * Where nobody asked for anything else: all the stock patterns (`device.*.telemetry`, `device.*.alerts`, `agent.*.tasks`, `aggregate.#`,
 * `system.*`, alerts) in one, because each costs a connection. What is for devices alone does not come by it: the gateway leaves it out.
 */
export const MYCORRHIZAE_PATTERNS: readonly string[] = ['#'];
/** Connections made within a minute, at most, over all patterns. The key allows 60 for everybody together. Section 2. */
export const MYCORRHIZAE_CONNECTS_PER_MINUTE = 10;

/** What a message is for, by its `message_type`; a type that is not in the contract is `other`. */
export type MycorrhizaeKind =
  | 'telemetry'
  | 'event'
  | 'command'
  | 'insight'
  | 'query'
  | 'response'
  | 'heartbeat'
  | 'ack'
  | 'other';

/** How its payload is made. Section 6.1 to 6.6, in this order. */
export type MycorrhizaeShape = 'envelope' | 'gateway' | 'fci' | 'v1' | 'ack' | 'flat' | 'none';

/** Whether the service checked hash and signature of a 6.1 envelope: untrusted means one of them is wrong. */
export type MycorrhizaeTrust = 'verified' | 'unverified' | 'untrusted';

/**
 * One message. `source`: who published it, by the kind it gave itself. Flags: `simulated`, `expired`, `untrusted`, `nan-repaired`,
 * `unknown-message-type`, `unknown-source-type`, `clock-skew`, `via-redis`.
 */
export interface MycorrhizaeMessage extends Sourced {
  readonly t: 'message';
  /** What tells it from its repeats: `<device>/<seq>/<msgId>` of an envelope, else the message's id; empty: nothing does. */
  readonly key: string;
  /** The actual channel: `device.MB-7.telemetry`. */
  readonly channel: string;
  readonly kind: MycorrhizaeKind;
  readonly shape: MycorrhizaeShape;
  /** The device or agent it is about; empty: it names none. */
  readonly entity: string;
  readonly readings: readonly NamedReading[];
  /** What was left out, by name, or by its place where it has none (`pack[2]`). */
  readonly dropped: readonly string[];
  /** Members that are not numbers, as text of at most 200 characters. At most 16. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly trust: MycorrhizaeTrust;
  /** What a person reads first: a title or a sentence of the payload. */
  readonly text: string | undefined;
  readonly ack: MycorrhizaeAck | undefined;
  /** By the service, 1 to 10. Nothing is alarmed by it: its users do not agree on which end is urgent. */
  readonly priority: number | undefined;
  readonly tags: readonly string[];
  /** Past this it is history; undefined: nobody said. */
  readonly expiresAt: EpochMs | undefined;
}

/** A device was told whether a stored message was taken. Section 6.6. */
export interface MycorrhizaeAck {
  readonly msgId: string;
  readonly seq: number | undefined;
  readonly accepted: boolean;
  readonly reason: string | undefined;
}

/** What one entity said last, each reading with its own age. */
export interface MycorrhizaeDevice extends Sourced {
  readonly t: 'device';
  readonly entity: string;
  /** Of its newest message. */
  readonly channel: string;
  readonly trust: MycorrhizaeTrust;
  /** At most 128, the newest. */
  readonly readings: readonly (NamedReading & { readonly at: EpochMs })[];
  readonly messages: number;
}

/** One pattern that is listened to, and what came of it. */
export interface MycorrhizaeSubscription {
  readonly t: 'pattern';
  readonly pattern: string;
  /** Nobody chose it: one of {@link MYCORRHIZAE_PATTERNS}. */
  readonly stock: boolean;
  /** Its connection. */
  readonly line: string;
  readonly messages: number;
  /** undefined: none yet. That is not health, and not a failure either: devices sleep. */
  readonly lastAt: EpochMs | undefined;
}

/**
 * What a page may ask: `call('mycorrhizae', name, args)`.
 *  - `subscribe` / `unsubscribe` `{ pattern }`: a connection more or less
 *  - `patterns`: {@link MycorrhizaeSubscription}[]
 *  - `publish` {@link MycorrhizaePublish}: operators only, by the gateway; answers {@link MycorrhizaePublished}
 */
export interface MycorrhizaePublish {
  readonly channel: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly messageType?: string;
  readonly deviceSerial?: string;
  readonly tags?: readonly string[];
}

export interface MycorrhizaePublished {
  readonly messageId: string;
  readonly channel: string;
  /** How many listened in that process. */
  readonly notified: number;
  /** `persisted-not-trusted`: the service says it is stored, and does not store it. */
  readonly flags: readonly string[];
}
