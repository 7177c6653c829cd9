import type { ChannelName, Gap } from './channel.ts';
import type { HubId, SubId } from './ids.ts';

/** Hub → page, on the data port. */
export type FromHub =
  | {
      readonly t: 'welcome';
      readonly hub: HubId;
      readonly epoch: string;
      readonly build: string;
      readonly contract: number;
    }
  /** Another build of the app has taken over the transports; this hub keeps boards and channels running until the page reloads. */
  | { readonly t: 'superseded'; readonly build: string }
  /** One flush. The page answers with `ack` of `credit` once it has drawn it. */
  | { readonly t: 'deliver'; readonly credit: number; readonly items: readonly Delivery[] };

/** What one subscription gets. A subscription's first delivery is its snapshot (`snapshot: true`), empty or not. */
export type Delivery =
  | {
      readonly t: 'state';
      readonly sub: SubId;
      readonly snapshot: boolean;
      readonly puts: readonly (readonly [key: string, record: unknown])[];
      readonly dels: readonly string[];
      /** Changes that were merged into later ones because this page was slow, since the last delivery. */
      readonly conflated: number;
    }
  | {
      readonly t: 'events';
      readonly sub: SubId;
      readonly snapshot: boolean;
      readonly epoch: string;
      /** Offset of the first record. */
      readonly from: number;
      readonly records: readonly unknown[];
    }
  /** `sample-batch.ts`, transferred. `thinned`: rows that are not in it because this page was slow. */
  | {
      readonly t: 'samples';
      readonly sub: SubId;
      readonly snapshot: boolean;
      readonly buffers: readonly ArrayBuffer[];
      readonly thinned: number;
    }
  | { readonly t: 'gap'; readonly sub: SubId; readonly channel: ChannelName; readonly gap: Gap };
