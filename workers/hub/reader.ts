import type { Cursor } from '../../src/contract/channel.ts';
import type { Delivery } from '../../src/contract/from-hub.ts';
import type { SubId } from '../../src/contract/ids.ts';

/**
 * One subscriber's place in a channel. It holds no records of its own: a reader that lags costs nothing but its place, and what
 * the channel's bounded history lost meanwhile is told to it as a gap (events), was merged (state) or is thinned (samples).
 */
export interface Reader {
  /** There is something to take. */
  readonly pending: boolean;
  /** The next piece, of bounded size; `pending` tells whether more is left. The first one is the snapshot. */
  take(): Taken;
  close(): void;
}

export interface Taken {
  readonly items: readonly Delivery[];
  readonly transfer: readonly ArrayBuffer[];
  readonly bytes: number;
  readonly conflated: number;
  readonly thinned: number;
  readonly dropped: number;
}

export const NOTHING_TAKEN: Taken = { items: [], transfer: [], bytes: 0, conflated: 0, thinned: 0, dropped: 0 };

export interface ReadOptions {
  readonly sub: SubId;
  /** Called when something is pending; cheap, may come often. */
  readonly wake: () => void;
  /** events: so many records of history · samples: so many ms of it. Default: all that is kept. */
  readonly rewind?: number | undefined;
  /** Instead of `rewind`: everything kept from this place on; a place in another epoch gives all. */
  readonly after?: Cursor | undefined;
  /** Samples only: never thin, take in pieces instead (for the relay, which has its own credit). */
  readonly whole?: boolean | undefined;
}
