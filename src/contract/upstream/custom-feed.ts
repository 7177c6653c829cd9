import type { ChannelKind } from '../channel.ts';
import type { Sourced } from './upstream.ts';

/** A feed that a person added by its address: no code. Kept in the hub's store; exported and imported as a file of these. */
export interface CustomFeed {
  /** Chosen once, `[a-z0-9][a-z0-9-]{0,31}`; its channels are `<kind>/up/<id>/…`. Never a slug of `UPSTREAMS`. */
  readonly id: string;
  readonly name: string;
  /** Absolute, or a path of our own server (`/up/…`). */
  readonly url: string;
  readonly transport: 'signalr' | 'websocket' | 'sse' | 'poll';
  /** poll: ms between questions. */
  readonly everyMs?: number;
  /** sse: only events of this name (default: all) · signalr: the targets to listen to. */
  readonly listen?: readonly string[];
  /** What to say after each open: text of a WebSocket message, or a SignalR invocation. */
  readonly hello?: readonly string[];
  /** No record for this long: stale, ms. */
  readonly staleMs: number;
  readonly map: FeedMapping;
}

/** Which field of a message is what. A path is names and indices joined by dots (`data.readings.0.v`); '' is the whole message. */
export interface FeedMapping {
  readonly kind: ChannelKind;
  /** Where the list of items is, when a message carries several; undefined: the message is the item. */
  readonly items?: string;
  /** What the item is about (state: the key; samples: prefix of the series). */
  readonly key?: string;
  /** ISO text, epoch seconds or epoch ms; undefined: arrival. */
  readonly time?: string;
  /** The numbers to plot (samples), or to show. Empty: every number of the item. */
  readonly values: readonly { readonly path: string; readonly name: string; readonly unit: string }[];
}

/**
 * One item of such a feed. On `state/up/<id>/latest` (key: the item's key, or `latest`) for `state` and `samples`, on `events/up/<id>/events`
 * for `events`. `samples` also fills `samples/up/<id>/values`, series `<key>.<name>`, or `<name>` where items have no key.
 */
export interface FeedRecord extends Sourced {
  readonly key: string;
  readonly values: readonly { readonly name: string; readonly value: number | null; readonly unit: string }[];
  /** The item as it came, shortened. */
  readonly text: string;
}
