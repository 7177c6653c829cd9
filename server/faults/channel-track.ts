import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { Finding, Numbered, SubscriberLine } from './log-line.ts';

type Line<Is extends SubscriberLine['is']> = Extract<SubscriberLine, { is: Is }>;

export interface Received {
  readonly epoch: string;
  readonly offset: number;
  readonly item: Numbered;
  /** Who was led over what it has, and got there what it had not, is on another walk than before. */
  readonly walk: number;
}

/** The part of one epoch that a subscriber has accounted for, received or told: from `first` up to `end`. */
interface Covered {
  readonly first: number;
  end: number;
}

/** A server that cannot reach Redis goes on in an epoch of its own, and comes back from it. */
export const isLocal = (epoch: string): boolean => epoch.startsWith('local-');

const text = (cursor: Cursor): string => `${cursor.epoch.slice(0, 24)}:${cursor.offset}`;
const isSame = (a: Cursor, b: Cursor): boolean => a.epoch === b.epoch && a.offset === b.offset;

/**
 * One subscriber on one log channel, walked line by line: its position may only move by what it received or was told. What moves it
 * otherwise is a finding. It may be led over what it has already, whose places it recognises; never past what it has not.
 * ```text
 *  position ──records at it──▶ after them
 *           ──gap from it────▶ gap's cursor (told)
 *           ──anything else──▶ finding
 * ```
 */
export class ChannelTrack {
  readonly channel: ChannelName;
  readonly received: Received[] = [];
  /** Records that came again and were recognised by their place. */
  repeats = 0;
  gaps = 0;
  epochChanges = 0;
  readonly #who: string;
  readonly #findings: Finding[];
  /** In the order in which they were seen first. */
  readonly #covered = new Map<string, Covered>();
  readonly #walks: string[][] = [];
  #position: Cursor | undefined;
  /** The next rows are a choice, not the rows of their offsets. */
  #isChoice = false;
  /** A hole is told once, however many records follow it before it is filled. */
  #holeAt: string | undefined;
  #places: Set<string> | undefined;
  #contents: Set<string> | undefined;

  constructor(who: string, channel: ChannelName, findings: Finding[]) {
    this.#who = who;
    this.channel = channel;
    this.#findings = findings;
  }

  /**
   * The lives of the channel in the order in which it was led through them, a sequence for each walk; without those of one server alone.
   */
  get walks(): readonly (readonly string[])[] {
    return this.#walks.map((walk) =>
      walk.filter((epoch) => !isLocal(epoch)).filter((epoch, index, all) => epoch !== all[index - 1]),
    );
  }

  subscribed({ since, cursor, recovered, gap, from }: Line<'subscribed'>): void {
    this.#isChoice = false;
    this.#holeAt = undefined;
    // Who is led over what it has begins another walk; who is led on goes on with the one it is on.
    const isBack = this.#knowsPlace(cursor) && cursor.epoch !== this.#position?.epoch;
    if (this.#position === undefined || isBack) this.#walks.push([]);
    if (this.#position === undefined) {
      if (since !== undefined) this.#find('broken', `resumed at ${text(since)} before it had begun`);
    } else if (since === undefined) {
      // It remembers nothing (SSE: the last id did not name this channel) and begins anew.
      if (!this.#knowsPlace(cursor))
        this.#find('silent-gap', `began anew at ${text(cursor)}, behind ${text(this.#position)} where it was`);
    } else if (!this.#knowsPlace(since)) {
      this.#find('broken', `resumed at ${text(since)}, which is more than it had got (${text(this.#position)})`);
    } else if (!recovered && gap !== undefined) {
      this.#position = since;
      this.#told(from ?? since, cursor, gap);
    } else if (!recovered || !isSame(cursor, since)) {
      const answer = recovered ? '"recovered"' : 'neither "recovered" nor a gap';
      this.#find('silent-gap', `resume from ${text(since)} was answered ${answer}, and starts at ${text(cursor)}`);
    }
    this.#walkTo(cursor);
  }

  gap({ gap, cursor, from }: Line<'gap'>): void {
    if (this.#position === undefined) this.#find('broken', 'a gap before it had begun');
    else this.#told(from ?? this.#position, cursor, gap);
  }

  thinned({ n, cursor }: Line<'thinned'>): void {
    const position = this.#position;
    if (n === 0 || position === undefined) return;
    if (!isSame({ epoch: cursor.epoch, offset: cursor.offset - n }, position))
      this.#find('wrong-gap', `${n} rows thinned up to ${text(cursor)}, but it was at ${text(position)}`);
    this.#walkTo(cursor);
    this.#isChoice = true;
  }

  /** Returns what is new of it. */
  records({ epoch, from, items }: Line<'records'>): readonly Received[] {
    const position = this.#position;
    if (position === undefined) {
      this.#find('broken', 'records before "subscribed"');
      return [];
    }
    if (epoch !== position.epoch || from > position.offset) {
      this.#hole(position, { epoch, offset: from });
      return [];
    }
    const end = from + items.length;
    const known = Math.max(position.offset, this.#covered.get(epoch)?.end ?? 0);
    const isNew = items.slice(Math.max(0, known - from));
    this.repeats += items.length - isNew.length;
    const isChoice = this.#isChoice;
    this.#isChoice = false;
    if (end > position.offset) this.#walkTo({ epoch, offset: end });
    if (isChoice) return [];
    const received = isNew.map((item, index) => ({
      epoch,
      offset: end - isNew.length + index,
      item,
      walk: this.#walks.length,
    }));
    this.received.push(...received);
    return received;
  }

  /** What this subscriber knows of a record that was acknowledged at a place, given in which order epochs came. */
  knows(place: Cursor, [p, n]: Numbered, epochOrder: readonly string[]): 'received' | 'told' | 'before' | 'missing' {
    const last = this.#position;
    const [first] = this.#covered.keys();
    if (last === undefined || first === undefined) return 'before';
    this.#places ??= new Set(this.received.map(({ epoch, offset }) => `${epoch} ${offset}`));
    // What came by way of a server's own epoch has another place, and is the same record.
    this.#contents ??= new Set(this.received.map(({ item }) => `${item[0]} ${item[1]}`));
    if (this.#places.has(`${place.epoch} ${place.offset}`) || this.#contents.has(`${p} ${n}`)) return 'received';
    const covered = this.#covered.get(place.epoch);
    if (covered !== undefined && place.offset < covered.first) return place.epoch === first ? 'before' : 'told';
    if (covered !== undefined && place.offset < covered.end) return 'told';
    // Behind all that it has of that epoch, or of an epoch that it never saw.
    const order = epochOrder.indexOf(place.epoch);
    if (order === -1 || order >= epochOrder.indexOf(last.epoch)) return 'missing';
    return order < epochOrder.indexOf(first) ? 'before' : 'told';
  }

  #told(from: Cursor, to: Cursor, { count, why }: Gap): void {
    const position = this.#position;
    if (position === undefined) return;
    this.gaps++;
    this.#isChoice = false;
    const range = `${text(from)} to ${text(to)}`;
    if (from.epoch !== position.epoch || from.offset > position.offset)
      this.#find('silent-gap', `told a gap from ${range}, but it had come only to ${text(position)}`);
    else if (from.offset < position.offset)
      this.#find('wrong-gap', `told that ${range} is missing, but it had come to ${text(position)}`);
    if (to.epoch === position.epoch && to.offset < position.offset)
      this.#find('went-back', `told to go on at ${text(to)}, but it had come to ${text(position)}`);
    // Over a detour (`epoch-changed`) nobody counts: what is in the range may have come in the other epoch.
    const missing = to.epoch === from.epoch && why !== 'epoch-changed' ? to.offset - from.offset : 0;
    if (missing > 0 && count !== undefined && count !== missing)
      this.#find('wrong-gap', `${range} is told as ${count} missing`);
    if (count !== undefined && count < 0) this.#find('wrong-gap', `${range} is told as ${count} missing`);
    this.#walkTo(to);
  }

  /** Moves on, over what is known already or beyond it. */
  #walkTo(to: Cursor): void {
    const covered = this.#covered.get(to.epoch);
    if (covered !== undefined) covered.end = Math.max(covered.end, to.offset);
    else {
      if (this.#position !== undefined) this.epochChanges++;
      this.#covered.set(to.epoch, { first: to.offset, end: to.offset });
    }
    const walk = this.#walks.at(-1) ?? [];
    if (walk.at(-1) !== to.epoch) walk.push(to.epoch);
    this.#position = to;
    this.#holeAt = undefined;
  }

  #knowsPlace({ epoch, offset }: Cursor): boolean {
    const covered = this.#covered.get(epoch);
    return covered !== undefined && offset <= covered.end;
  }

  #hole(position: Cursor, came: Cursor): void {
    if (this.#holeAt === text(position)) return;
    this.#holeAt = text(position);
    const kind = position.epoch === came.epoch ? 'silent-gap' : 'silent-epoch';
    this.#find(kind, `it was at ${text(position)}, and without a word came ${text(came)}`);
  }

  #find(kind: Finding['kind'], what: string): void {
    this.#findings.push({ kind, text: `${this.#who} on ${this.channel}: ${what}` });
  }
}
