import type { ParamValue } from '../../../contract/board-command.ts';
import type { BoardItem } from '../../../contract/board-item.ts';
import type { BoardIdentity } from '../../../contract/board-status.ts';

/** What an item means to a request that waits for its answer. */
export interface Answer {
  /** heard: the board has it, more is to come · done: that was all · refused: it said no. */
  readonly is: 'heard' | 'done' | 'refused';
  /** The board's own words. */
  readonly words: string;
}

/**
 * Judges an item against a request. `numbers` are those of all its attempts; `alone`: nothing else is in flight, so an answer
 * that names nobody is for this one.
 */
export type AnswerRule = (item: BoardItem, numbers: readonly number[], alone: boolean) => Answer | undefined;

/** One thing sent and, mostly, one thing answered. A command is one step or several. */
export interface Step {
  /** As shown in the console. */
  readonly text: string;
  /** The exact bytes for request number `n`; undefined when this number cannot be sent to this build (newline trap, §5.3). */
  readonly bytes: (n: number) => Uint8Array<ArrayBuffer> | undefined;
  /** Absent: this build gives no answer. */
  readonly answer: AnswerRule | undefined;
  /** Nothing else may be in flight: the answer does not say what it answers. */
  readonly exclusive: boolean;
  readonly timeoutMs: number;
  readonly retries: number;
  /** The answer has several lines: done when this long nothing more came. */
  readonly settleMs?: number;
  /** Send this long after the step before. */
  readonly afterMs?: number;
  /** It ends what a step before may have begun: sent also when that one got no answer, or the command is withdrawn. */
  readonly evenSo?: boolean;
  /** The board hears nothing for a while afterwards, so whatever follows is given more time. */
  readonly blocks?: boolean;
}

export type Params = Readonly<Record<string, ParamValue>>;

/** Steps, or a sentence that names the parameter this build cannot take. */
export type Form = (params: Params, identity: BoardIdentity) => readonly Step[] | string;
export type Forms = Readonly<Record<string, Form>>;

/** Times of §16, ms. */
export const TIMEOUT_MS = { usual: 1_000, slow: 3_000, reboot: 5_000 } as const;
/** Sends again after no answer (§16): reading is harmless, an output may act twice, a sound blocks the board. */
export const RETRIES = { reading: 2, output: 1, none: 0 } as const;

export const num = (params: Params, name: string): number => Number(params[name]);
export const str = (params: Params, name: string): string => String(params[name]);
export const on = (params: Params, name: string): boolean => params[name] === true;
