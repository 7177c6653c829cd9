import type { BoardStatus } from '../../contract/board-status.ts';
import type { HubStats } from '../../contract/hub-api.ts';
import type { TabId } from '../../contract/ids.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { LineStatus, UpstreamStatus } from '../../contract/upstream/status.ts';
import type { ServerAnswer } from './server-answer.ts';

/** Everything the table and the drawing are made of, at one moment. */
export interface Facts {
  readonly now: EpochMs;
  readonly tab: TabId;
  readonly upstreams: readonly UpstreamStatus[];
  readonly lines: readonly LineStatus[];
  readonly boards: readonly BoardStatus[];
  readonly relay: RelayStatus | undefined;
  readonly hub: HubStats | undefined;
  readonly server: ServerFacts;
}

/** What the server says of itself, or why it does not. */
export type ServerFacts =
  | { readonly is: 'asking' }
  | { readonly is: 'known'; readonly answer: ServerAnswer; readonly at: EpochMs }
  /** This browser may not see who else is connected. */
  | { readonly is: 'not-allowed' }
  | { readonly is: 'away'; readonly why: string };

export const serverAnswer = (facts: Facts): ServerAnswer | undefined =>
  facts.server.is === 'known' ? facts.server.answer : undefined;
