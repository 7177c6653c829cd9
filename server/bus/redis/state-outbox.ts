import type { AppError } from '../../../src/contract/error-codes.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Published, PutOptions } from '../bus.ts';
import type { QueueBudget, Waiting } from './queue-budget.ts';

type Told = NonNullable<PutOptions['onDone']>;

/** A change of a state channel on its way to Redis. */
export interface Change extends Waiting {
  readonly number: number;
  readonly kind: 'p' | 'd' | 'x';
  readonly key: string;
  /** JSON of a put. */
  readonly text: string;
  readonly ttlMs: number | undefined;
  readonly ifOffset: number | undefined;
  readonly at: EpochMs;
  /** Everybody whose change of this key this one replaced, and its own. */
  readonly told: readonly Told[];
}

export interface StateBatch {
  readonly number: number;
  readonly changes: readonly Change[];
  readonly args: readonly string[];
}

/** One batch carries no more, so that no other channel waits long for it. */
const MAX_BATCH_CHANGES = 512;
const MAX_BATCH_CHARS = 262_144;

/** What was changed on one state channel and is not in Redis yet: the latest per key, in order. */
export class StateOutbox {
  readonly #budget: QueueBudget;
  readonly #waiting = new Map<string, Change>();
  readonly #onRefused: () => void;
  /** Acknowledged by Redis; it has not come back from it yet. The latest per key. */
  readonly #unheard = new Map<string, Change>();
  /** It may come back before it is acknowledged. */
  #heardUpTo = 0;
  /** The last number that is in Redis. */
  acknowledged = 0;
  /** Changes of a key replace each other within a stretch. */
  #stretch = 0;

  constructor(budget: QueueBudget, onRefused: () => void) {
    this.#budget = budget;
    this.#onRefused = onRefused;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  get unheard(): Iterable<Change> {
    return this.#unheard.values();
  }

  /** What came back from Redis, up to this number, or what nobody here reads any more. */
  heard(number: number): void {
    if (Number.isFinite(number)) this.#heardUpTo = Math.max(this.#heardUpTo, number);
    for (const [key, change] of this.#unheard) if (change.number <= number) this.#unheard.delete(key);
  }

  get waiting(): Iterable<Change> {
    return this.#waiting.values();
  }

  /** The caller has made sure that there is room. */
  push(change: Omit<Change, 'giveUp' | 'isDone' | 'told'>, onDone: Told | undefined): Change {
    const told = onDone === undefined ? [] : [onDone];
    // One that depends on what was there before stands between what is before and after it.
    const isAlone = change.ifOffset !== undefined || change.kind === 'x';
    if (isAlone) this.#stretch++;
    const name = `${this.#stretch} ${change.key}`;
    if (isAlone) this.#stretch++;
    const before = this.#waiting.get(name);
    if (before !== undefined) {
      this.#waiting.delete(name);
      this.#budget.remove(before);
      told.unshift(...before.told);
    }
    const waiting: Change = { ...change, told, isDone: false, giveUp: () => false };
    this.#waiting.set(name, waiting);
    this.#budget.add(waiting);
    return waiting;
  }

  clear(error: AppError): void {
    for (const change of this.#waiting.values()) this.#refuse(change, error, undefined);
    this.#waiting.clear();
  }

  takeBatch(): StateBatch | undefined {
    const changes: Change[] = [];
    const args: string[] = [];
    let chars = 0;
    for (const [name, change] of this.#waiting) {
      if (changes.length >= MAX_BATCH_CHANGES || chars > MAX_BATCH_CHARS) break;
      const { kind, key, text, ttlMs, ifOffset, bytes } = change;
      chars += bytes;
      this.#waiting.delete(name);
      changes.push(change);
      args.push(
        kind,
        key,
        text,
        ttlMs === undefined ? '' : String(Math.ceil(ttlMs)),
        ifOffset === undefined ? '' : String(ifOffset),
      );
    }
    const number = changes.at(-1)?.number;
    return number === undefined ? undefined : { number, changes, args };
  }

  /**
   * @param answer of the script.
   * @param isRead whether it comes back to readers here: until then it is kept, for if Redis goes away before.
   */
  done({ changes, number }: StateBatch, answer: string, maxKeys: number, isRead: boolean): void {
    this.acknowledged = number;
    const [epoch = '', ...answers] = answer.split(' ');
    for (const [index, change] of changes.entries()) {
      const said = answers[index] ?? '';
      if (said === '!') {
        const message = `${change.key} has changed meanwhile`;
        this.#refuse(change, { code: 'conflict', message }, undefined);
      } else if (said === '#') {
        const message = `maxStateKeys: ${maxKeys} keys are in this channel`;
        this.#refuse(change, { code: 'limit-reached', message }, undefined);
      } else {
        this.#budget.remove(change);
        this.#unheard.delete(change.key);
        if (isRead && change.number > this.#heardUpTo) this.#unheard.set(change.key, change);
        const outcome: Published = { ok: true, cursor: { epoch, offset: Number(said) }, duplicate: false };
        for (const tell of change.told) tell(outcome);
      }
    }
  }

  refused({ changes }: StateBatch, reason: string): void {
    const error: AppError = { code: 'bus-down', message: `Redis refused it: ${reason}` };
    for (const change of changes) this.#refuse(change, error, 1_000);
  }

  #refuse(change: Change, error: AppError, retryAfterMs: number | undefined): void {
    this.#budget.remove(change);
    this.#onRefused();
    for (const tell of change.told) tell({ ok: false, error, retryAfterMs });
  }
}
