import type { EpochMs } from '../../../src/contract/time.ts';
import type { NodeId } from '../bus.ts';

/** e events · s samples · g gap · x dropped · p put · d deleted */
export type EntryKind = 'e' | 's' | 'g' | 'x' | 'p' | 'd';

/**
 * One entry as it is in a stream and in a wake-up, made by the scripts (`channel-prelude.ts`):
 * ```text
 *  kind epoch offset k count number at written node bytes \n body
 * ```
 * `k` tells entries of one offset apart: those that count nothing have the same offset as what follows them. A wake-up is one or more
 * entries without anything between.
 */
export interface Entry {
  readonly kind: EntryKind;
  readonly epoch: string;
  readonly offset: number;
  readonly k: number;
  readonly count: number;
  /** Of the last publication in it, rising for each server; what was sent again after a crash has the same. */
  readonly number: number;
  readonly at: EpochMs;
  readonly node: NodeId;
  readonly body: Buffer;
}

/** A place in a log: after entry `k` at `offset`. */
export interface Place {
  readonly epoch: string;
  readonly offset: number;
  readonly k: number;
}

export const placeAfter = ({ epoch, offset, k, count }: Entry): Place =>
  count > 0 ? { epoch, offset: offset + count, k: 0 } : { epoch, offset, k };

/** Whether an entry is the next one after a place. */
export const follows = ({ epoch, offset, k }: Entry, place: Place): boolean =>
  epoch === place.epoch && offset === place.offset && k === place.k + 1;

/** Whether an entry of the same epoch is at or before a place. */
export const isBehind = (entry: Entry, place: Place): boolean =>
  entry.offset < place.offset || (entry.offset === place.offset && entry.k <= place.k);

const NEWLINE = 0x0a;
/** No header is longer; epoch and node are ours. */
const MAX_HEADER_BYTES = 256;
const KINDS: readonly string[] = ['e', 's', 'g', 'x', 'p', 'd'];

/** The entries in a wake-up or a stream entry. What is not ours (somebody else wrote there) gives undefined. */
export function parseEntries(bytes: Buffer): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end < 0 || end - at > MAX_HEADER_BYTES) return undefined;
    const entry = parseEntry(bytes.toString('latin1', at, end).split(' '), bytes, end + 1);
    if (entry === undefined) return undefined;
    entries.push(entry);
    at = end + 1 + entry.body.length;
  }
  return entries;
}

function parseEntry(words: readonly string[], bytes: Buffer, start: number): Entry | undefined {
  const [kind = '', epoch = '', offset, k, count, number, at, , node = '', length] = words;
  if (words.length !== 10 || !KINDS.includes(kind)) return undefined;
  const size = Number(length);
  const entry = {
    kind: kind as EntryKind,
    epoch,
    offset: Number(offset),
    k: Number(k),
    count: Number(count),
    number: Number(number),
    at: Number(at),
    node,
    body: bytes.subarray(start, start + size),
  };
  const numbers = [entry.offset, entry.k, entry.count, entry.number, size];
  const isSound = numbers.every((n) => Number.isSafeInteger(n) && n >= 0) && Number.isFinite(entry.at);
  return isSound && entry.body.length === size ? entry : undefined;
}
