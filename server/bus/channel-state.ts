import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { frameText, headerLength } from '../wire/frame-encode.ts';
import type { StateChannel, StateFrame } from './bus.ts';
import type { Pulse, Sealable } from './pulse.ts';

/** Deletions that are remembered; a reader who missed an older one gets a snapshot. */
const MAX_TOMBSTONES = 1_024;
/** Keys in one message; the readers' schema has a bound of 1,024. What does not fit comes in the next. */
const MAX_FRAME_KEYS = 512;
const MAX_FRAME_CHARS = 262_144;
/** What a key costs beside its characters (map entry, object, two strings), measured on Node 24. */
const KEY_OVERHEAD_BYTES = 130;

interface Kept {
  /** JSON; undefined: deleted. */
  readonly text: string | undefined;
  readonly offset: number;
  /** When it changed. */
  readonly at: EpochMs;
}

/**
 * The local copy of a state channel, whatever engine it comes from: the latest record per key, in the order of their last change, so
 * that whoever is behind reads from their place to the end, each key once.
 */
export class ChannelState implements StateChannel, Sealable {
  readonly name: ChannelName;
  readonly #pulse: Pulse;
  readonly #now: () => EpochMs;
  #epoch: string;
  #nextOffset: number;
  #kept = new Map<string, Kept>();
  /** Keys among them that are gone, the oldest deletion first. */
  readonly #tombstones = new Set<string>();
  #bytes = 0;
  /** What was deleted before this was deleted before we came. */
  #bornAt: number;
  /** Deletions before this one are forgotten. */
  #trimmedTo = 0;
  #last: { readonly since: number; readonly frame: StateFrame } | undefined;
  readonly #wakes = new Set<() => void>();

  constructor(name: ChannelName, at: Cursor, pulse: Pulse, now: () => EpochMs) {
    this.name = name;
    this.#pulse = pulse;
    this.#now = now;
    this.#epoch = at.epoch;
    this.#nextOffset = at.offset;
    this.#bornAt = at.offset;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Keys that have a record. */
  get size(): number {
    return this.#kept.size - this.#tombstones.size;
  }

  get keptBytes(): number {
    return this.#bytes;
  }

  get readers(): number {
    return this.#wakes.size;
  }

  get(key: string): unknown {
    const text = this.#kept.get(key)?.text;
    return text === undefined ? undefined : JSON.parse(text);
  }

  has(key: string): boolean {
    return this.#kept.get(key)?.text !== undefined;
  }

  /** Bytes that are kept more once this key has this record. */
  growthBy(key: string, text: string): number {
    const before = this.#kept.get(key);
    return sizeOf(key, text) - (before === undefined ? 0 : sizeOf(key, before.text));
  }

  offsetOf(key: string): number | undefined {
    return this.#kept.get(key)?.offset;
  }

  *entries(): Iterable<readonly [string, unknown]> {
    for (const [key, { text }] of this.#kept) if (text !== undefined) yield [key, JSON.parse(text)];
  }

  /** A change at its place. `text`: the record as JSON, undefined: the key is gone. */
  apply(key: string, text: string | undefined, offset: number): void {
    const before = this.#kept.get(key);
    if (before !== undefined) this.#letGo(key, before);
    if (text === undefined) this.#tombstones.add(key);
    this.#bytes += sizeOf(key, text);
    this.#kept.set(key, { text, offset, at: this.#now() });
    this.#nextOffset = offset + 1;
    this.#last = undefined;
    this.#trimTombstones();
    this.#pulse.request(this);
  }

  /** Everything anew: another epoch, or a hole that was read again. Readers get a snapshot. */
  reset(at: Cursor, entries: Iterable<readonly [key: string, text: string, offset: number]>): void {
    this.#epoch = at.epoch;
    this.#nextOffset = at.offset;
    this.#bornAt = at.offset;
    this.#trimmedTo = 0;
    this.#tombstones.clear();
    this.#last = undefined;
    const ordered = [...entries].sort((a, b) => a[2] - b[2]);
    const now = this.#now();
    this.#kept = new Map(ordered.map(([key, text, offset]) => [key, { text, offset, at: now }]));
    this.#bytes = ordered.reduce((sum, [key, text]) => sum + sizeOf(key, text), 0);
    this.#pulse.request(this);
  }

  seal(): void {
    for (const wake of this.#wakes) wake();
  }

  #trimTombstones(): void {
    if (this.#tombstones.size <= MAX_TOMBSTONES) return;
    const [oldest = ''] = this.#tombstones;
    const kept = this.#kept.get(oldest);
    if (kept === undefined) return;
    this.#letGo(oldest, kept);
    this.#trimmedTo = Math.max(this.#trimmedTo, kept.offset + 1);
  }

  #letGo(key: string, { text }: Kept): void {
    this.#kept.delete(key);
    this.#tombstones.delete(key);
    this.#bytes -= sizeOf(key, text);
  }

  knows(since: Cursor | undefined): boolean {
    return (
      since !== undefined &&
      since.epoch === this.#epoch &&
      since.offset >= Math.max(this.#bornAt, this.#trimmedTo) &&
      since.offset <= this.#nextOffset
    );
  }

  changesSince(since: Cursor | undefined, paging = false): StateFrame | undefined {
    // The pages of a snapshot after its first are changes since that one: what was deleted before is not in it.
    const known = this.knows(since) || (paging && since?.epoch === this.#epoch && since.offset >= this.#trimmedTo);
    const from = known && since !== undefined ? since.offset : -1;
    if (from === this.#nextOffset) return undefined;
    if (this.#last?.since === from) return this.#last.frame;
    const puts: string[] = [];
    const dels: string[] = [];
    let chars = 0;
    let offset = this.#nextOffset;
    // A snapshot is news as a whole, however old its records are.
    let at = this.#now();
    for (const [key, kept] of this.#kept) {
      if (kept.offset < from) continue;
      if (known && kept.at < at) at = kept.at;
      if (puts.length + dels.length >= MAX_FRAME_KEYS || chars > MAX_FRAME_CHARS) {
        offset = kept.offset;
        break;
      }
      if (kept.text !== undefined) puts.push(`[${JSON.stringify(key)},${kept.text}]`);
      else if (known) dels.push(JSON.stringify(key));
      chars += kept.text?.length ?? 0;
    }
    const cursor = `{"epoch":"${this.#epoch}","offset":${offset}}`;
    const text = `{"t":"state","channel":"${this.name}","cursor":${cursor},"snapshot":${!known},"puts":[${puts.join()}],"dels":[${dels.join()}]}`;
    const bytes = frameText(text);
    const frame: StateFrame = {
      frame: bytes,
      head: headerLength(bytes),
      binary: false,
      at,
      next: offset,
      count: puts.length + dels.length,
    };
    this.#last = { since: from, frame };
    return frame;
  }

  onChange(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }
}

const sizeOf = (key: string, text = ''): number => key.length + text.length + KEY_OVERHEAD_BYTES;
