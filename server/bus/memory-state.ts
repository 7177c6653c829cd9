import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Frame, StateChannel } from './bus.ts';
import { encodeMessage } from './encode.ts';

/** Deletions that are remembered; a reader who missed an older one gets a snapshot. */
const MAX_TOMBSTONES = 1_024;

interface Kept {
  /** undefined: deleted. */
  readonly record: unknown;
  readonly offset: number;
}

/** Latest record per key in this process. Keys are kept in the order of their last change, so a laggard reads from the end. */
export class MemoryState implements StateChannel {
  readonly name: ChannelName;
  readonly epoch: string;
  readonly #now: () => EpochMs;
  readonly #kept = new Map<string, Kept>();
  #tombstones = 0;
  /** Changes before this one may have been forgotten. */
  #completeFrom = 0;
  #nextOffset = 0;
  #last: { readonly since: number; readonly frame: Frame } | undefined;
  readonly #wakes = new Set<() => void>();

  constructor(name: ChannelName, epoch: string, now: () => EpochMs) {
    this.name = name;
    this.epoch = epoch;
    this.#now = now;
  }

  get nextOffset(): number {
    return this.#nextOffset;
  }

  put(key: string, record: unknown): void {
    this.#change(key, record);
  }

  del(key: string): void {
    if (this.#kept.get(key)?.record === undefined) return;
    this.#change(key, undefined);
    this.#trimTombstones();
  }

  #change(key: string, record: unknown): void {
    const before = this.#kept.get(key);
    if (before !== undefined && before.record === undefined) this.#tombstones--;
    if (record === undefined) this.#tombstones++;
    this.#kept.delete(key);
    this.#kept.set(key, { record, offset: this.#nextOffset });
    this.#nextOffset++;
    this.#last = undefined;
    for (const wake of this.#wakes) wake();
  }

  #trimTombstones(): void {
    if (this.#tombstones <= MAX_TOMBSTONES) return;
    for (const [key, kept] of this.#kept) {
      if (kept.record !== undefined) continue;
      this.#kept.delete(key);
      this.#completeFrom = kept.offset + 1;
      this.#tombstones--;
      return;
    }
  }

  changesSince(since: Cursor | undefined): Frame | undefined {
    const known = since?.epoch === this.epoch && since.offset >= this.#completeFrom && since.offset <= this.#nextOffset;
    const from = known ? since.offset : -1;
    if (from === this.#nextOffset) return undefined;
    if (this.#last?.since === from) return this.#last.frame;
    const puts: [string, unknown][] = [];
    const dels: string[] = [];
    for (const [key, kept] of this.#kept) {
      if (kept.offset < from) continue;
      if (kept.record !== undefined) puts.push([key, kept.record]);
      else if (known) dels.push(key);
    }
    const cursor = { epoch: this.epoch, offset: this.#nextOffset };
    const bytes = encodeMessage({ t: 'state', channel: this.name, cursor, snapshot: !known, puts, dels });
    const frame = { bytes, binary: false, at: this.#now() };
    this.#last = { since: from, frame };
    return frame;
  }

  onChange(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  close(): void {
    this.#wakes.clear();
  }
}
