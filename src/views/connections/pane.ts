import type { ConnectionsAddress } from './state.ts';

/** What each tab of the strip gets. */
export interface PaneProps {
  readonly address: ConnectionsAddress;
  readonly change: (part: Partial<ConnectionsAddress>) => void;
}
