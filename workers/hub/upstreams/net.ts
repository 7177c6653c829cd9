import type { ChannelName } from '../../../src/contract/channel.ts';
import type { Outcome, UpstreamAction } from '../../../src/contract/hub-api.ts';
import type { CustomFeed } from '../../../src/contract/upstream/custom-feed.ts';
import type { UpstreamListing } from '../../../src/contract/upstream/listing.ts';
import type { AdapterKind, RelayChannels } from '../../upstreams/adapter.ts';
import type { Channels } from '../channels.ts';
import type { HubEnv } from '../hub-env.ts';

/** All upstreams, as the hub sees them. */
export interface HubUpstreams {
  /** This hub owns the transports now, or not any more. */
  open(): void;
  close(): void;
  /** Our server is there again, perhaps another one than before: what it leads to may have changed. */
  serverBack(): void;
  demand(name: ChannelName, wanted: boolean): void;
  act(action: UpstreamAction): Promise<Outcome<unknown>>;
}

export type OpenUpstreams = (env: HubEnv, channels: Channels) => HubUpstreams;

/** The network and the kinds of upstream, as the entries hand them in. */
export interface UpstreamNet {
  readonly kinds: readonly AdapterKind[];
  /** Makes an adapter of what a person described. */
  readonly customKind: (feed: CustomFeed) => AdapterKind;
  /** Where our server is: `https://lab.example`. */
  readonly origin: string;
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  random(): number;
  /** Told when this computer finds (true) or loses (false) its network. Returns how to stop. */
  onOnline(listener: (online: boolean) => void): () => void;
  /** Which upstreams our server leads to. Rejects while it cannot be asked. */
  list(signal: AbortSignal): Promise<readonly UpstreamListing[]>;
  /** Channels of our server, once it can be reached. */
  readonly relay?: RelayChannels | undefined;
}
