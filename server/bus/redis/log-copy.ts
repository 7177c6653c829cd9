import type { GapReason } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { NodeId } from '../bus.ts';
import type { ChannelLog } from '../channel-log.ts';
import { type Entry, follows, isBehind, type Place, parseEntries, placeAfter } from './entry.ts';
import type { Outgoing } from './log-outbox.ts';
import type { LogPage } from './log-page.ts';
import { gapPiece, pieceOf } from './piece.ts';

export interface LogCopyHooks {
  readonly node: NodeId;
  readonly now: () => EpochMs;
  /** Entries after a place, as many as fit a page; of the beginning without one. Rejects while Redis is away. */
  readonly read: (after: Place | undefined) => Promise<LogPage>;
  /** What was published here and is not in Redis yet, oldest first. */
  readonly waiting: () => Iterable<Outgoing>;
  /** Name of a new local epoch. */
  readonly localEpoch: () => string;
  /** What Redis has acknowledged and has not come back from it, oldest first. */
  readonly unheard: () => Iterable<Outgoing>;
  /** Of what Redis has acknowledged, the last. */
  readonly acknowledged: () => number;
  /** All of our own up to this number has come, as far as Redis has it. */
  readonly onHeard: (number: number) => void;
  readonly onOwn: (number: number, lagMs: number) => void;
  /** Something is missing: must lead to `refresh`. */
  readonly onHole: () => void;
}

/** Wake-ups that are kept while a page is read; if there are more, what they said is read as well. */
const MAX_HELD_BYTES = 1_048_576;
/** Servers whose last publication is remembered. */
const MAX_SEEN = 256;

/**
 * Keeps the local copy of a log channel complete.
 * ```text
 *  wake-up that follows ──────────────▶ append
 *  wake-up that does not, reconnect ──▶ read from the last place ──▶ append, or a gap for what is not there any more
 *  Redis away ──▶ what is published here is appended in a local epoch ──▶ Redis back: what others wrote meanwhile follows in
 *                 it, what is here already is passed over; when all of our own is in Redis, its epoch goes on
 * ```
 */
export class LogCopy {
  readonly log: ChannelLog;
  readonly #hooks: LogCopyHooks;
  /** After what is here. undefined: Redis was away all the time. */
  #place: Place | undefined;
  /** Our own with a key that wait: only Redis knows whether they were published before, so readers here wait for them, too. */
  readonly #undecided = new Set<number>();
  /** The last publication that came from each server: after a crash some come again. */
  readonly #seen = new Map<NodeId, number>();
  #local: { readonly epoch: string; offset: number } | undefined;
  #localUpTo = 0;
  #lastAt: EpochMs;
  #held: Entry[] = [];
  #heldBytes = 0;
  #reading: Promise<boolean> | undefined;
  #again = false;
  #isClosed = false;

  /** @param place where the log begins here; undefined: Redis is away. */
  constructor(log: ChannelLog, place: Place | undefined, hooks: LogCopyHooks) {
    this.log = log;
    this.#place = place;
    this.#hooks = hooks;
    this.#lastAt = hooks.now();
  }

  get isLocal(): boolean {
    return this.#local !== undefined;
  }

  /** Up to this number of ours readers here have it without Redis. */
  get localUpTo(): number {
    return this.#localUpTo;
  }

  close(): void {
    this.#isClosed = true;
  }

  onWake(bytes: Buffer): void {
    const entries = parseEntries(bytes);
    if (entries !== undefined && (this.#reading !== undefined || this.#place === undefined)) {
      this.#heldBytes += bytes.length;
      if (this.#heldBytes <= MAX_HELD_BYTES) this.#held.push(...entries);
      else this.#again = true;
    } else if (entries === undefined || this.#takeAll(entries) < entries.length) this.#hooks.onHole();
  }

  /** Reads what is missing. Resolves when all is here, or when it cannot be had now (`false`). */
  async refresh(): Promise<boolean> {
    this.#again = true;
    this.#reading ??= this.#readAll();
    return await this.#reading;
  }

  async #readAll(): Promise<boolean> {
    // Not before `#reading` is set: the end unsets it.
    await undefined;
    try {
      while (this.#again && !this.#isClosed) {
        this.#again = false;
        // What is acknowledged before the reading begins is read by it.
        const isSettled = this.#isSettled();
        const localUpTo = this.#localUpTo;
        const acknowledged = this.#hooks.acknowledged();
        await this.#readPages();
        this.#hooks.onHeard(acknowledged);
        if (isSettled && !this.#again && localUpTo === this.#localUpTo) this.#endLocal();
      }
      return true;
    } catch {
      // Redis is away, or says no: whoever learns that it is back calls again.
      this.#letGo();
      return false;
    } finally {
      this.#reading = undefined;
    }
  }

  /** Redis is away: readers get what waits for it now. */
  goLocal(): void {
    for (const item of this.#hooks.unheard()) this.appendLocal(item);
    this.#undecided.clear();
    for (const item of this.#hooks.waiting()) {
      if (item.key === undefined) this.appendLocal(item);
      else this.#undecided.add(item.number);
    }
  }

  /** A publication of our own, while Redis is away. All that waits before it was appended. */
  appendLocal(item: Outgoing): void {
    const { number, kind } = item;
    if (kind === 'n' || this.#has(this.#hooks.node, number)) return;
    if (this.#local === undefined) {
      // Opened while Redis was away: the log begins in a local epoch, and goes on in it.
      if (this.#place === undefined) this.#local = { ...this.log.tail };
      else {
        this.#local = { epoch: this.#hooks.localEpoch(), offset: 0 };
        this.#gap(this.#local, 'epoch-changed', 0);
      }
    }
    this.#localUpTo = number;
    this.#remember(this.#hooks.node, number);
    this.#append(item);
  }

  /** Whether all that readers here have got by themselves is in Redis, too. */
  #isSettled(): boolean {
    for (const { number } of this.#hooks.waiting()) return number > this.#localUpTo;
    return true;
  }

  #endLocal(): void {
    if (this.#local === undefined || this.#place === undefined) return;
    this.#local = undefined;
    this.#gap(this.#place, 'epoch-changed', 0);
  }

  async #readPages(): Promise<void> {
    for (;;) {
      const page = await this.#hooks.read(this.#place);
      if (this.#isClosed) return;
      const { end } = page;
      let { entries } = page;
      if (this.#place === undefined) {
        // Opened while Redis was away. Readers may have had what is before, so it would come to them twice.
        this.#place = end;
        entries = [];
        this.#gap(this.#local ?? end, 'epoch-changed', undefined);
      }
      // What was woken for meanwhile may be in Redis no more.
      this.#held = this.#held.slice(this.#takeAll(this.#held));
      for (const entry of entries) this.#walk(entry);
      if (entries.length === 0 || !isBefore(this.#place, end)) {
        this.#reconcile(end);
        break;
      }
    }
    const held = this.#letGo();
    if (this.#takeAll(held) < held.length) this.#again = true;
  }

  #letGo(): readonly Entry[] {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return held;
  }

  /** An entry that was read: what should be before it and is not is not there any more. */
  #walk(entry: Entry): void {
    const place = this.#place;
    if (place === undefined || (entry.epoch === place.epoch && isBehind(entry, place))) return;
    if (!follows(entry, place)) this.#jump(placeBefore(entry));
    this.#take(entry);
  }

  /** All was read: we are where the log ends, or beyond it by what was woken for since the page was made (one epoch is one life of Redis). */
  #reconcile(end: Place): void {
    if (this.#place !== undefined && isBefore(this.#place, end)) this.#jump(end);
  }

  /** Goes on at a later place, and tells what is left out. */
  #jump(to: Place): void {
    const from = this.#place;
    this.#place = to;
    if (from === undefined) return;
    const isSame = from.epoch === to.epoch && to.offset >= from.offset;
    const count = isSame && to.offset > from.offset ? to.offset - from.offset : undefined;
    this.#gap(this.#local ?? to, isSame ? 'history-trimmed' : 'epoch-changed', count);
  }

  /** Appends what follows, and returns how many were taken: something is missing before the next one. */
  #takeAll(entries: readonly Entry[]): number {
    for (const [index, entry] of entries.entries()) {
      const place = this.#place;
      if (place === undefined) return index;
      if (follows(entry, place)) this.#take(entry);
      else if (entry.epoch !== place.epoch || !isBehind(entry, place)) return index;
    }
    return entries.length;
  }

  #take(entry: Entry): void {
    const { node, number, at } = entry;
    this.#place = placeAfter(entry);
    if (node === this.#hooks.node) this.#hooks.onOwn(number, this.#hooks.now() - at);
    // Readers may have it: from before Redis lost it, or without Redis.
    const isKnown = this.#has(node, number);
    this.#remember(node, number);
    if (node === this.#hooks.node) this.#undecided.delete(number);
    if (!isKnown) this.#append(entry);
    else if (this.#local === undefined) this.#gap(this.#place, 'epoch-changed', 0);
  }

  #append(content: Entry | Outgoing): void {
    this.#lastAt = content.at;
    const local = this.#local;
    if (content.kind === 'x') this.log.clear();
    else if (local !== undefined) {
      this.log.append(pieceOf(content, local.epoch, local.offset));
      local.offset += content.count;
    } else if ('epoch' in content) this.log.append(pieceOf(content, content.epoch, content.offset));
  }

  #gap({ epoch, offset }: { epoch: string; offset: number }, why: GapReason, count: number | undefined): void {
    const now = this.#hooks.now();
    this.log.append(gapPiece(epoch, offset, why, count, Math.min(this.#lastAt, now), now));
  }

  #has(node: NodeId, number: number): boolean {
    if (node === this.#hooks.node && this.#undecided.has(number)) return false;
    return number > 0 && number <= (this.#seen.get(node) ?? 0);
  }

  #remember(node: NodeId, number: number): void {
    if (number <= (this.#seen.get(node) ?? 0)) return;
    this.#seen.delete(node);
    this.#seen.set(node, number);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_SEEN && oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** Where a log begins that has this as its first entry. */
export const placeBefore = ({ epoch, offset, k }: Entry): Place => ({ epoch, offset, k: k - 1 });

const isBefore = (place: Place, end: Place): boolean =>
  place.epoch !== end.epoch || place.offset < end.offset || (place.offset === end.offset && place.k < end.k);
