import type { Message } from './message.ts';
import type { Direction, MessageOutcome } from './state.ts';

export type MessageTest = (message: Message) => boolean;

/** All words of `show` in any order, and none of what is hidden. */
export function makeMessageTest(show: string, hidden: ReadonlySet<Direction | MessageOutcome>): MessageTest {
  const words = show.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && hidden.size === 0) return () => true;
  return (message) =>
    !hidden.has(message.dir) && !hidden.has(message.outcome) && words.every((word) => message.haystack.includes(word));
}

/** The messages that pass, kept up to date for the cost of what is new. */
export class ShownMessages {
  #shown: Message[] = [];
  #lastSerial = 0;
  #test: MessageTest | undefined;

  get list(): readonly Message[] {
    return this.#shown;
  }

  update(all: readonly Message[], test: MessageTest): void {
    const first = all[0]?.serial ?? Number.POSITIVE_INFINITY;
    if (test !== this.#test) {
      this.#test = test;
      this.#shown = all.filter(test);
    } else {
      const gone = this.#shown.findIndex(({ serial }) => serial >= first);
      if (gone !== 0) this.#shown = gone < 0 ? [] : this.#shown.slice(gone);
      let from = all.length;
      while (from > 0 && (all[from - 1]?.serial ?? 0) > this.#lastSerial) from -= 1;
      for (const message of all.slice(from)) if (test(message)) this.#shown.push(message);
    }
    this.#lastSerial = all.at(-1)?.serial ?? this.#lastSerial;
  }
}

export interface Found {
  /** 1 for the first; 0: the chosen one is none of them. */
  readonly at: number;
  readonly of: number;
}

const matching = (shown: readonly Message[], search: string): readonly Message[] => {
  const text = search.trim().toLowerCase();
  return text === '' ? [] : shown.filter(({ haystack }) => haystack.includes(text));
};

export function foundAmong(shown: readonly Message[], search: string, chosen: number | undefined): Found {
  const all = matching(shown, search);
  return { at: all.findIndex(({ serial }) => serial === chosen) + 1, of: all.length };
}

/** The next one after the chosen one (or before it), around the end. */
export function nextFound(
  shown: readonly Message[],
  search: string,
  chosen: number | undefined,
  by: 1 | -1,
): Message | undefined {
  const all = matching(shown, search);
  if (by === 1) return all.find(({ serial }) => serial > (chosen ?? 0)) ?? all[0];
  return all.findLast(({ serial }) => serial < (chosen ?? Number.POSITIVE_INFINITY)) ?? all.at(-1);
}
