import type { ChannelName } from '../../../src/contract/channel.ts';
import type { EpochMs, MonoMs } from '../../../src/contract/time.ts';
import type { LineStatus, TapRecord } from '../../../src/contract/upstream/status.ts';
import type { UpstreamId } from '../../../src/contract/upstream/upstream.ts';
import type { Out } from '../../../src/upstreams/out.ts';

/** The world as a connection sees it. The hub hands in the real one, tests a fake. */
export interface LineEnv {
  readonly upstream: UpstreamId;
  now(): EpochMs;
  mono(): MonoMs;
  random(): number;
  /** Calls back once after `ms` (never more than 2³¹−1); returns how to cancel. A line at rest has none of these. */
  schedule(ms: number, callback: () => void): () => void;
  /** Absolute `http(s)` or `ws(s)` address of a path below the upstream's base; each transport puts its own scheme. */
  resolve(path: string): string;
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket | undefined;
  /** Event streams that may be open to one place. Default: 4 in a browser without TLS, else any number. */
  readonly mostStreams?: number;
  /** Where records go. What a line's callbacks get is this, bound to their line. Its `count` is called as well. */
  readonly out: Out;
  /** The full name of a part's channel, for the tap: `agents` → `state/up/mas-topology/agents`. */
  channelOf(part: string): ChannelName;
}

export type TapSink = (record: TapRecord) => void;

/** What the hub has of a line besides what its adapter has. Nothing here throws. */
export interface Owned {
  status(): LineStatus;
  /** A person stops it: `stopped` until `startByHand`, whatever its adapter does. */
  stopByHand(): void;
  /** A person starts it, also one that was refused: connects at once if its adapter wants it, else it is `idle`. */
  startByHand(): void;
  /** The network is back, or may be: whoever waits tries at once. */
  nudge(): void;
  /** This computer lost its network: what goes further than this computer is given up and told so. `nudge` ends it. */
  offline(): void;
  /** Everything that goes over it, while somebody looks; `undefined` ends it. A sink that throws is let go. */
  setTap(sink: TapSink | undefined): void;
  /** For good. Leaves no timer, socket, listener or request. */
  close(): void;
}
