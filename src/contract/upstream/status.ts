import type { ChannelName } from '../channel.ts';
import type { EpochMs } from '../time.ts';
import type { UpstreamId } from './upstream.ts';

/** How bytes come. `relay`: through our own server's channels. */
export type TransportName = 'signalr' | 'websocket' | 'sse' | 'poll' | 'relay';

/**
 * One connection's life, in words. Connected is not live: `live` needs a record, and `stale` follows when none came for the upstream's
 * own threshold.
 */
export type LineState =
  /** Nobody looks at what it brings. */
  | { readonly is: 'idle'; readonly since: EpochMs }
  | { readonly is: 'connecting'; readonly since: EpochMs }
  | { readonly is: 'connected-no-data'; readonly since: EpochMs }
  | { readonly is: 'live'; readonly since: EpochMs }
  | { readonly is: 'stale'; readonly since: EpochMs }
  | {
      readonly is: 'retrying';
      readonly since: EpochMs;
      readonly nextAt: EpochMs;
      readonly attempt: number;
      readonly why: string;
    }
  /** Trying again would not help until somebody changes something; `why` says what. */
  | { readonly is: 'refused'; readonly since: EpochMs; readonly why: string }
  /** A person stopped it. */
  | { readonly is: 'stopped'; readonly since: EpochMs };

/** Why something that arrived did not become a record. */
export type Counted = 'dropped' | 'unknown' | 'deduped' | 'withheld' | 'filtered' | 'expired' | 'late';

/** One connection. On the state channel `upstreams`, key: its id. Counters only grow during one life of the hub. */
export interface LineStatus {
  readonly t: 'line';
  /** `<upstream>/<name>`: `mas-topology/agents-status`. */
  readonly id: string;
  readonly upstream: UpstreamId;
  readonly transport: TransportName;
  /** Where it goes; secrets never are in it. */
  readonly url: string;
  readonly state: LineState;
  /** Tries to connect, and how many of them reached the other side. */
  readonly attempts: number;
  readonly connects: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly frames: number;
  readonly records: number;
  /** Of the last second that was looked at. */
  readonly recordsPerS: number;
  readonly bytesPerS: number;
  readonly lastFrameAt: EpochMs | undefined;
  readonly lastRecordAt: EpochMs | undefined;
  /** No record for this long: stale, ms. */
  readonly staleMs: number;
  /** Why the last connection ended. */
  readonly lastDrop: { readonly at: EpochMs; readonly why: string } | undefined;
  /** What did not become a record: `dropped:bad-json` → 3. */
  readonly counts: Readonly<Record<string, number>>;
  /** The newest such, short, for people. */
  readonly lastCounted: { readonly at: EpochMs; readonly what: string; readonly excerpt: string } | undefined;
  /**
   * From the source's own time to us, ms, over the newest records that carry one. Both clocks are in it: negative means their clock is
   * ahead.
   */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | undefined;
  /** Question to answer of the connection itself, ms. */
  readonly rttMs: number | undefined;
}

/** One upstream as a whole. On the state channel `upstreams`, key: its id. */
export interface UpstreamStatus {
  readonly t: 'upstream';
  readonly id: UpstreamId;
  readonly name: string;
  /** gateway: through our server · direct: from this browser · relay: our server's channels · none: nobody said where it is. */
  readonly via: 'gateway' | 'direct' | 'relay' | 'none';
  /** Its data is invented by a simulator of ours, and every record says so. */
  readonly simulated: boolean;
  /** Why it is not connected at all, and what to do (`via: 'none'`). */
  readonly why?: string;
  readonly stopped: boolean;
  /** A person added it here; `custom-feed.ts`. */
  readonly custom: boolean;
  /** What it fills, and how many look at each. */
  readonly channels: readonly { readonly channel: ChannelName; readonly subs: number; readonly records: number }[];
  /** What did not become a record, over all its connections and between them: `deduped:alert` → 3. */
  readonly counts: Readonly<Record<string, number>>;
}

export type UpstreamsRecord = LineStatus | UpstreamStatus;

/** What went over one connection, on `events/tap/<line id with / as .>` while somebody looks. */
export interface TapRecord {
  readonly seq: number;
  readonly at: EpochMs;
  readonly dir: 'in' | 'out' | 'state';
  /** text · binary · event (SSE) · response (poll) · invocation (SignalR) · note (a change of state). */
  readonly form: 'text' | 'binary' | 'event' | 'response' | 'invocation' | 'note';
  readonly bytes: number;
  /** The text, or of binary frames the bytes as hex; cut at `TAP_TEXT_CHARS`. */
  readonly text: string;
  /** Event name, id, status, target. */
  readonly meta: Readonly<Record<string, string>>;
  /** What it became. */
  readonly results: readonly TapResult[];
}

export const TAP_TEXT_CHARS = 16_384;

export type TapResult =
  | {
      readonly is: 'put' | 'event' | 'remove' | 'replace' | 'rows' | 'gap';
      readonly channel: ChannelName;
      readonly key?: string;
      readonly record?: unknown;
    }
  | { readonly is: Counted; readonly reason: string };

export const tapChannelOf = (lineId: string): ChannelName => `events/tap/${lineId.replaceAll('/', '.')}`;
