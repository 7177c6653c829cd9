import type { EpochMs } from '../../contract/time.ts';
import { KEPT_TURNS, TURN_SILENCE_MS, type TurnRecord } from '../../contract/upstream/mas-voice.ts';
import type { Out, ReadContext } from '../out.ts';
import { stamp } from './stamp.ts';

/** A turn that never ends is ended here: the rest is the next one. */
const MAX_TURN_CHARS = 8_000;
/** Lines of one token that become turns of their own: a model says words, not pages. */
const MAX_LINES = 50;
const NO_SPACE_BEFORE = /^[\s.,!?;:'")]/;
/** The end of a sentence, with what may close behind it. */
const ENDS = /[.!?]['")\]]*\s*$/;

type Speaker = TurnRecord['speaker'];
type From = TurnRecord['from'];

interface Open {
  readonly id: string;
  readonly startedAt: EpochMs;
  readonly speaker: Speaker;
  readonly from: From;
  text: string;
  lastAt: EpochMs;
}

/**
 * Words as they come, joined to turns. The model says words or parts of words, with or without their space, and never says when it is
 * done (contract mas-voice §2.4): a turn ends with a sentence, a new line or 1.2 s of silence. The brain says when it is done (§4).
 */
export class Turns {
  /** By speaker and where the words come from: the model and the brain may speak at the same time. */
  readonly #open = new Map<string, Open>();
  readonly #kept: string[] = [];
  #count = 0;

  /** Adds a token. `joined` is the turn's text so far, `ended` whether the token ended it. */
  append(
    speaker: Speaker,
    token: string,
    from: From,
    out: Out,
    context: ReadContext,
  ): { readonly joined: string; readonly ended: boolean } {
    // Whose end is told is not to be guessed at.
    const word = token.slice(0, MAX_TURN_CHARS);
    const said = from === 'brain' ? [word] : word.split('\n');
    const lines = said.slice(0, MAX_LINES);
    if (word.length < token.length || lines.length < said.length) out.count('dropped', 'long-words');
    let joined = '';
    let ended = false;
    lines.forEach((line, index) => {
      const isLast = index === lines.length - 1;
      // What follows the last new line is nothing: the turn ended there.
      if (isLast && line === '' && lines.length > 1) return;
      if (line === '' && !this.#open.has(keyOf(speaker, from))) return;
      const open = this.#turn(speaker, from, out, context);
      const needsSpace = open.text !== '' && line !== '' && !/\s$/.test(open.text) && !NO_SPACE_BEFORE.test(line);
      open.text += needsSpace ? ` ${line}` : line;
      open.lastAt = context.now;
      joined = open.text;
      const isSentence = from !== 'brain' && ENDS.test(open.text);
      ended = !isLast || isSentence || open.text.length >= MAX_TURN_CHARS;
      if (ended) this.#open.delete(keyOf(speaker, from));
      this.#put(open, !ended, out, context);
    });
    return { joined, ended };
  }

  /** A whole turn at once: what was typed, or understood by a recogniser. */
  say(speaker: Speaker, text: string, from: From, out: Out, context: ReadContext): string {
    this.close(speaker, from, out, context);
    const open = this.#turn(speaker, from, out, context);
    open.text = text.slice(0, MAX_TURN_CHARS);
    this.#open.delete(keyOf(speaker, from));
    this.#put(open, false, out, context);
    return open.id;
  }

  /** Ends a speaker's turn where it is. */
  close(speaker: Speaker, from: From, out: Out, context: ReadContext): void {
    const open = this.#open.get(keyOf(speaker, from));
    if (open === undefined) return;
    this.#open.delete(keyOf(speaker, from));
    this.#put(open, false, out, context);
  }

  /** Ends what has been silent for too long. Returns whether there was any. */
  tick(out: Out, context: ReadContext): boolean {
    let hasEnded = false;
    for (const open of [...this.#open.values()]) {
      if (!this.#isSilent(open, context.now)) continue;
      this.close(open.speaker, open.from, out, context);
      hasEnded = true;
    }
    return hasEnded;
  }

  #turn(speaker: Speaker, from: From, out: Out, context: ReadContext): Open {
    const { now } = context;
    const before = this.#open.get(keyOf(speaker, from));
    if (before !== undefined && !this.#isSilent(before, now)) return before;
    this.close(speaker, from, out, context);
    this.#count += 1;
    const open: Open = { id: `turn-${this.#count}`, startedAt: now, speaker, from, text: '', lastAt: now };
    this.#open.set(keyOf(speaker, from), open);
    return open;
  }

  #isSilent(open: Open, now: EpochMs): boolean {
    return open.from !== 'brain' && now - open.lastAt >= TURN_SILENCE_MS;
  }

  #put(open: Open, isOpen: boolean, out: Out, context: ReadContext): void {
    if (this.#kept.at(-1) !== open.id && !this.#kept.includes(open.id)) {
      this.#kept.push(open.id);
      const gone = this.#kept.length > KEPT_TURNS ? this.#kept.shift() : undefined;
      if (gone !== undefined) {
        out.remove('turns', [gone]);
        out.count('expired', 'old-turn');
      }
    }
    const record: TurnRecord = {
      ...stamp(context, undefined, open.from),
      id: open.id,
      speaker: open.speaker,
      text: open.text,
      open: isOpen,
      startedAt: open.startedAt,
      from: open.from,
    };
    out.put('turns', open.id, record);
  }
}

const keyOf = (speaker: Speaker, from: From): string => `${speaker} ${from}`;
