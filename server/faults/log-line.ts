import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';

/** Who published a record, its number there, and the publisher's connection it was sent on. */
export type Numbered = readonly [publisher: number, number: number, connection: number];

/** What a subscriber saw, in the order it saw it; one JSON text per line of its log. */
export type SubscriberLine = { readonly s: number; readonly at: number } & (
  | { readonly is: 'open'; readonly server: number; readonly degraded: boolean }
  | { readonly is: 'closed'; readonly why: string }
  /** `since` is what this subscriber asked for; absent: it began here. */
  | {
      readonly is: 'subscribed';
      readonly channel: ChannelName;
      readonly since?: Cursor | undefined;
      readonly cursor: Cursor;
      readonly recovered: boolean;
      readonly gap?: Gap | undefined;
      readonly from?: Cursor | undefined;
    }
  /** Records or rows from an offset. */
  | {
      readonly is: 'records';
      readonly channel: ChannelName;
      readonly epoch: string;
      readonly from: number;
      readonly items: readonly Numbered[];
    }
  | {
      readonly is: 'gap';
      readonly channel: ChannelName;
      readonly gap: Gap;
      readonly cursor: Cursor;
      readonly from?: Cursor | undefined;
    }
  /** `n` rows were left out up to `cursor`; the rows that follow at once are a choice of all of them, not the ones of their offsets. */
  | { readonly is: 'thinned'; readonly channel: ChannelName; readonly n: number; readonly cursor: Cursor }
  | {
      readonly is: 'state';
      readonly channel: ChannelName;
      readonly cursor: Cursor;
      readonly snapshot: boolean;
      readonly puts: readonly (readonly [key: string, record: unknown])[];
      readonly dels: readonly string[];
    }
  | { readonly is: 'health'; readonly degraded: boolean }
  | {
      readonly is: 'refused';
      readonly channel?: ChannelName | undefined;
      readonly code: string;
      readonly message: string;
    }
);

/** What became of what a publisher sent. */
export type PublisherLine = {
  readonly p: number;
  readonly at: number;
} /** `sends`: how often it was sent until it was answered. */ & (
  | {
      readonly is: 'ack';
      readonly n: number;
      readonly channel: ChannelName;
      readonly cursor: Cursor;
      readonly duplicate: boolean;
      readonly sends: number;
    }
  /** A fire-and-forget publisher sends once and does not ask. */
  | { readonly is: 'sent'; readonly n: number; readonly channel: ChannelName }
  | { readonly is: 'refused'; readonly n?: number | undefined; readonly code: string; readonly message: string }
  /** Sent at least once and never answered. */
  | { readonly is: 'unanswered'; readonly n: number; readonly channel: ChannelName; readonly sends: number }
);

/** What the oracle found wrong. */
export interface Finding {
  readonly kind:
    | 'silent-gap'
    | 'silent-epoch'
    | 'wrong-gap'
    | 'went-back'
    | 'duplicate'
    | 'reordered'
    | 'disagreement'
    | 'missing'
    | 'state-differs'
    | 'not-converged'
    | 'shown-green'
    | 'not-ready'
    | 'broken';
  /** Whom and where it happened to, with the smallest excerpt that shows it. */
  readonly text: string;
}
