import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { Finding, Numbered, SubscriberLine } from './log-line.ts';

type Line<Is extends SubscriberLine['is']> = Extract<SubscriberLine, { is: Is }>;

/** The part of one epoch that a subscriber has accounted for: received, or told. */
export interface Stretch {
  readonly epoch: string;
  readonly first: number;
  end: number;
}

export interface Received {
  readonly epoch: string;
  readonly offset: number;
  readonly item: Numbered;
}

const text = (cursor: Cursor | undefined): string =>
  cursor === undefined ? 'nowhere' : `${cursor.epoch.slice(0, 13)}:${cursor.offset}`;

/**
 * One subscriber on one log channel, walked line by line: its position may only move by what it received or was told. What moves it
 * otherwise is a finding.
 * ```text
 *  position ──records at it──▶ after them
 *           ──gap from it────▶ gap's cursor (told)
 *           ──anything else──▶ finding
 * ```
 */
export class ChannelTrack {
  readonly channel: ChannelName;
  readonly stretches: Stretch[] = [];
  readonly received: Received[] = [];
  /** Records that came again and were recognised by their place. */
  repeats = 0;
  gaps = 0;
  epochChanges = 0;
  readonly #who: string;
  readonly #findings: Finding[];
  #position: Cursor | undefined;
  /** The next rows are a choice, not the rows of their offsets. */
  #isChoice = false;
  /** A hole is told once, however many records follow it before it is filled. */
  #holeAt: string | undefined;

  constructor(who: string, channel: ChannelName, findings: Finding[]) {
    this.#who = who;
    this.channel = channel;
    this.#findings = findings;
  }

  get position(): Cursor | undefined {
    return this.#position;
  }

  subscribed(line: Line<'subscribed'>): void {
    const { since, cursor, recovered, gap, from } = line;
    const position = this.#position;
    this.#isChoice = false;
    if (position === undefined) {
      if (since !== undefined) this.#find('broken', `resumed at ${text(since)} before it had begun`);
      this.#open(cursor);
      return;
    }
    // Who remembers less than it got (SSE: the last id) walks again over what it has; its places are recognised.
    const asked = since ?? position;
    if (this.#compare(asked, this.#frontier()) > 0)
      this.#find('broken', `resumed at ${text(asked)}, but had come only to ${text(this.#frontier())}`);
    if (since === undefined) {
      if (this.#compare(cursor, position) > 0)
        this.#find('silent-gap', `began anew at ${text(cursor)}, behind ${text(position)} where it was`);
      this.#walkTo(cursor);
    } else if (recovered) {
      if (!isSame(cursor, since))
        this.#find('silent-gap', `"recovered" from ${text(since)}, but starts at ${text(cursor)}`);
      this.#walkTo(cursor);
    } else if (gap === undefined) {
      this.#find(
        'silent-gap',
        `resume from ${text(since)} was neither recovered nor told a gap (starts at ${text(cursor)})`,
      );
      this.#walkTo(cursor);
    } else {
      this.#position = since;
      this.#told(from ?? since, cursor, gap.count);
    }
    this.#holeAt = undefined;
  }

  gap(line: Line<'gap'>): void {
    if (this.#position === undefined) this.#find('broken', 'a gap before it had begun');
    else this.#told(line.from ?? this.#position, line.cursor, line.gap.count);
  }

  thinned(line: Line<'thinned'>): void {
    const position = this.#position;
    if (line.n === 0 || position === undefined) return;
    if (line.cursor.epoch !== position.epoch || line.cursor.offset - line.n !== position.offset)
      this.#find('wrong-gap', `${line.n} rows thinned up to ${text(line.cursor)}, but it was at ${text(position)}`);
    this.#walkTo(line.cursor);
    this.#isChoice = true;
  }

  /** Returns what is new of it. */
  records(line: Line<'records'>): readonly Received[] {
    const { epoch, from, items } = line;
    const position = this.#position;
    if (position === undefined) {
      this.#find('broken', 'records before "subscribed"');
      return [];
    }
    if (epoch !== position.epoch) {
      this.#hole('silent-epoch', position, { epoch, offset: from });
      return [];
    }
    if (from > position.offset) {
      this.#hole('silent-gap', position, { epoch, offset: from });
      return [];
    }
    const end = from + items.length;
    const known = Math.max(position.offset, this.#stretchOf(epoch)?.end ?? 0);
    const isNew = items.slice(Math.max(0, known - from));
    this.repeats += items.length - isNew.length;
    const isChoice = this.#isChoice;
    this.#isChoice = false;
    if (end > position.offset) this.#walkTo({ epoch, offset: end });
    if (isChoice || isNew.length === 0) return [];
    const received = isNew.map((item, index) => ({ epoch, offset: end - isNew.length + index, item }));
    this.received.push(...received);
    return received;
  }

  /** What this subscriber knows of one place, given in which order epochs came. */
  knows(place: Cursor, epochOrder: readonly string[]): 'received' | 'told' | 'before' | 'missing' {
    const stretch = this.stretches.find(({ epoch }) => epoch === place.epoch);
    const [first] = this.stretches;
    const last = this.stretches.at(-1);
    if (first === undefined || last === undefined) return 'before';
    if (stretch === undefined) {
      const at = epochOrder.indexOf(place.epoch);
      if (at === -1 || at > epochOrder.indexOf(last.epoch)) return 'missing';
      return at < epochOrder.indexOf(first.epoch) ? 'before' : 'told';
    }
    if (place.offset < stretch.first) return stretch === first ? 'before' : 'told';
    if (place.offset >= stretch.end) return stretch === last ? 'missing' : 'told';
    return this.#has(place) ? 'received' : 'told';
  }

  #hasPlaces: Set<string> | undefined;
  #has({ epoch, offset }: Cursor): boolean {
    this.#hasPlaces ??= new Set(this.received.map((one) => `${one.epoch} ${one.offset}`));
    return this.#hasPlaces.has(`${epoch} ${offset}`);
  }

  #told(from: Cursor, to: Cursor, count: number | undefined): void {
    const position = this.#position;
    if (position === undefined) return;
    this.gaps++;
    this.#isChoice = false;
    if (from.epoch !== position.epoch || from.offset > position.offset)
      this.#find(
        'silent-gap',
        `told a gap from ${text(from)} to ${text(to)}, but it had come only to ${text(position)}`,
      );
    else if (from.offset < position.offset)
      this.#find(
        'wrong-gap',
        `told that ${text(from)} to ${text(to)} is missing, but it had come to ${text(position)}`,
      );
    if (this.#compare(to, position) < 0)
      this.#find('went-back', `told to go on at ${text(to)}, but it had come to ${text(position)}`);
    const missing = to.epoch === from.epoch ? to.offset - from.offset : 0;
    if (missing > 0 && count !== undefined && count !== missing)
      this.#find('wrong-gap', `${text(from)} to ${text(to)} is told as ${count} missing`);
    this.#walkTo(to);
  }

  /** Moves on, over what is known already or beyond it. */
  #walkTo(to: Cursor): void {
    const stretch = this.#stretchOf(to.epoch);
    if (stretch === undefined) this.#open(to);
    else {
      stretch.end = Math.max(stretch.end, to.offset);
      this.#position = to;
    }
    this.#holeAt = undefined;
  }

  #open(at: Cursor): void {
    if (this.#position !== undefined) {
      if (!isSame(this.#position, this.#frontier()))
        this.#find('went-back', `the new epoch of ${text(at)} came while it was behind ${text(this.#frontier())}`);
      this.epochChanges++;
    }
    this.stretches.push({ epoch: at.epoch, first: at.offset, end: at.offset });
    this.#position = at;
  }

  #stretchOf(epoch: string): Stretch | undefined {
    return this.stretches.find((stretch) => stretch.epoch === epoch);
  }

  /** The farthest it has ever come. */
  #frontier(): Cursor {
    const last = this.stretches.at(-1);
    return last === undefined ? { epoch: '', offset: 0 } : { epoch: last.epoch, offset: last.end };
  }

  /** Negative: `a` is before `b`. An epoch that was never seen comes after all others. */
  #compare(a: Cursor, b: Cursor): number {
    const index = ({ epoch }: Cursor): number => {
      const at = this.stretches.findIndex((stretch) => stretch.epoch === epoch);
      return at === -1 ? this.stretches.length : at;
    };
    return index(a) - index(b) || a.offset - b.offset;
  }

  #hole(kind: 'silent-gap' | 'silent-epoch', position: Cursor, came: Cursor): void {
    if (this.#holeAt === text(position)) return;
    this.#holeAt = text(position);
    this.#find(kind, `it was at ${text(position)}, and without a word came ${text(came)}`);
  }

  #find(kind: Finding['kind'], what: string): void {
    this.#findings.push({ kind, text: `${this.#who} on ${this.channel}: ${what}` });
  }
}

const isSame = (a: Cursor, b: Cursor): boolean => a.epoch === b.epoch && a.offset === b.offset;
