import type { TabId } from './ids.ts';

/** Page → hub, on the data port. Everything that wants an answer goes through `HubApi` on the rpc port instead. */
export type ToHub =
  /** First message. The page holds the Web Lock `tab:<tab>` already. The rpc port for `HubApi` comes with it. */
  | {
      readonly t: 'hello';
      readonly tab: TabId;
      readonly build: string;
      readonly contract: number;
      readonly visible: boolean;
    }
  /** The page has drawn the delivery with this credit number (and all before it). */
  | { readonly t: 'ack'; readonly credit: number }
  /**
   * This page's serial worker: its MessagePort (`FromHolder`/`ToHolder`) comes with this message. Said again after every
   * welcome of a new hub.
   */
  | { readonly t: 'holder' }
  /** The page is leaving, perhaps into the back-forward cache; it says hello again if it returns. */
  | { readonly t: 'bye' };
