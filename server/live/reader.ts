import type { ChannelKind, ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { Frame } from '../bus/bus.ts';

/** One subscription's place in a channel. It keeps no data: what it has not sent is still in the channel, or is told as a gap. */
export interface Reader {
  readonly channel: ChannelName;
  readonly kind: ChannelKind;
  /** Takes the next frame; undefined when the reader is up to date (or, with `every`, has had its share for now). */
  next(): Taken | undefined;
  /** Whether what was taken last was there before this reader was. */
  readonly isInHistory: boolean;
  /** Whether `next` has something now. */
  readonly hasMore: boolean;
  /** What was asked for and cannot be had, and where reading starts. */
  readonly start: ReaderStart;
  /** After what was taken so far. */
  readonly cursor: Cursor;
  readonly counts: ReaderCounts;
  /** Records, rows or changes that are there and were not taken yet. */
  readonly behind: number;
  close(): void;
}

/** A frame for one reader, or for everybody at the same place. */
export interface Taken extends Frame {
  /** Records or rows in it. */
  readonly count: number;
  /** Several whole WebSocket frames in one buffer: only for a wire that takes them as they are. */
  readonly isRun?: boolean | undefined;
  /** What to keep of this frame on other wires (SSE), when it is an entry of a log that all share. */
  sse?: Buffer | undefined;
  deflated?: Buffer | undefined;
}

export interface ReaderStart {
  readonly cursor: Cursor;
  readonly recovered: boolean;
  readonly gap: Gap | undefined;
}

/** Told to the inspector. */
export interface ReaderCounts {
  /** Records or rows told as gaps so far. */
  readonly left: number;
  readonly gaps: number;
  readonly thinned: number;
}

/** What several readers, or several wires, were told in all. */
export function sumOfCounts(all: Iterable<ReaderCounts>): ReaderCounts {
  const sum = { left: 0, gaps: 0, thinned: 0 };
  for (const { left, gaps, thinned } of all) {
    sum.left += left;
    sum.gaps += gaps;
    sum.thinned += thinned;
  }
  return sum;
}
