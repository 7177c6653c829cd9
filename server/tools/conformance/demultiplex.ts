import { createDemux } from '../../../src/boards/mycobrain/demux.ts';
import type { BoardItem } from '../../../src/contract/board-item.ts';

/** All that a fresh demultiplexer says about some bytes. */
export interface Demuxed {
  readonly items: readonly BoardItem[];
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly pendingBytes: number;
}

export function demultiplex(chunks: Iterable<Uint8Array>): Demuxed {
  const items: BoardItem[] = [];
  const ranges: [number, number][] = [];
  const demux = createDemux((item, from, to) => {
    items.push(item);
    ranges.push([from, to]);
  });
  for (const chunk of chunks) demux.feed(chunk);
  return { items, ranges, pendingBytes: demux.pendingBytes };
}
