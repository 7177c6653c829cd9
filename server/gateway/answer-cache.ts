import type { EpochMs } from '../../src/contract/time.ts';

/** An answer of an upstream, ready for any browser: screened, masked, without its own headers. */
export interface KeptAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  /** Of these very bytes, for browsers. */
  readonly etag: string;
  /** The upstream's own, to ask it again cheaply. */
  readonly upstreamEtag: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Failure {
  /** A short word: `timeout`, `status-500`, `budget`. */
  readonly why: string;
  /** What the upstream said, if it said anything. */
  readonly answer: KeptAnswer | undefined;
  readonly retryAfterMs: number | undefined;
}

export interface Entry {
  readonly key: string;
  /** Of the upstream's path, for {@link AnswerCache.forget}. */
  readonly slug: string;
  readonly path: string;
  /** The last one that is worth showing. */
  answer: KeptAnswer | undefined;
  answeredAt: EpochMs;
  /** When it was asked for the first time: slots of one cadence are counted from here. */
  firstAt: EpochMs | undefined;
  /** Asked no more than once in a slot, also when that failed. */
  nextAt: EpochMs;
  /** Why the newest try brought nothing better, and what it answered. */
  failure: Failure | undefined;
  /** Something was changed since the newest question was asked: its answer may be of before. */
  isChanged: boolean;
  /** A question under way: everybody who asks meanwhile waits for it. */
  asking: Promise<void> | undefined;
}

export interface CacheLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

export const CACHE_LIMITS: CacheLimits = { maxEntries: 512, maxBytes: 64 * 1024 * 1024 };
/** What an entry costs besides its body. */
const ENTRY_BYTES = 1_024;

/** Answers by question, bounded in number and bytes: the one unused for longest goes first. What is asked for now stays. */
export class AnswerCache {
  readonly #limits: CacheLimits;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  evicted = 0;

  constructor(limits: CacheLimits = CACHE_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The entry of a question, made if need be; now the newest. */
  entry(key: string, slug: string, path: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = {
        ...{ key, slug, path, answer: undefined, answeredAt: 0 },
        ...{ firstAt: undefined, nextAt: 0, failure: undefined, isChanged: false, asking: undefined },
      };
      this.#bytes += ENTRY_BYTES;
    } else this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#trim();
    return entry;
  }

  /** Puts an answer in, for an entry that is being asked for; the bytes of the one before are given back. */
  keep(entry: Entry, answer: KeptAnswer, at: EpochMs): void {
    this.#change(entry, () => {
      entry.answer = answer;
      entry.answeredAt = at;
      entry.failure = undefined;
    });
  }

  /** The newest try brought nothing better; what was said instead takes room, too. undefined: all is well again. */
  fail(entry: Entry, failure: Failure | undefined): void {
    this.#change(entry, () => {
      entry.failure = failure;
    });
  }

  /** What was never asked must not take the room of what was. */
  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || !this.#entries.delete(key)) return;
    this.#bytes -= bytesOf(entry);
  }

  /** Something was changed at `path`: what is above it or below it is asked anew by the next who wants it. */
  forget(slug: string, path: string): void {
    for (const entry of this.#entries.values())
      if (entry.slug === slug && (isBelow(entry.path, path) || isBelow(path, entry.path))) {
        entry.nextAt = 0;
        entry.isChanged = true;
      }
  }

  /** An entry that had to go meanwhile is nobody's any more: its bytes must not be counted, since they are never given back. */
  #change(entry: Entry, change: () => void): void {
    const before = bytesOf(entry);
    change();
    if (this.#entries.get(entry.key) !== entry) return;
    this.#bytes += bytesOf(entry) - before;
    this.#trim();
  }

  #trim(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxBytes) return;
      if (entry.asking !== undefined) continue;
      this.#entries.delete(key);
      this.#bytes -= bytesOf(entry);
      this.evicted++;
    }
  }
}

const bytesOf = ({ answer, failure }: Entry): number =>
  ENTRY_BYTES + (answer?.body.length ?? 0) + (failure?.answer?.body.length ?? 0);

/**
 * When a question may be asked again: at the end of its slot. Slots rather than a pause after each answer, so that somebody who asks
 * about once in a cadence, a little early now and then, gets a new answer nearly every time and never more than one in a cadence.
 */
export function nextSlot(entry: Pick<Entry, 'firstAt'>, now: EpochMs, cadenceMs: number): EpochMs {
  if (entry.firstAt === undefined || entry.firstAt > now) entry.firstAt = now;
  return entry.firstAt + (Math.floor((now - entry.firstAt) / cadenceMs) + 1) * cadenceMs;
}

const isBelow = (path: string, place: string): boolean =>
  path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`);
