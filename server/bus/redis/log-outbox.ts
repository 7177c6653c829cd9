import type { Cursor } from '../../../src/contract/channel.ts';
import type { AppError } from '../../../src/contract/error-codes.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import { Deque } from '../../../src/lib/deque.ts';
import type { Published, PublishOptions } from '../bus.ts';
import type { RedisArg } from './connection.ts';
import type { EntryKind } from './entry.ts';
import type { QueueBudget, Waiting } from './queue-budget.ts';

/** A publication on its way to Redis. */
export interface Outgoing extends Waiting {
  /** Rises with every publication of this server. */
  readonly number: number;
  readonly kind: EntryKind | 'n';
  readonly count: number;
  readonly body: string | Buffer;
  readonly at: EpochMs;
  readonly key: string | undefined;
  readonly source: Cursor | undefined;
  readonly onDone: PublishOptions['onDone'];
}

/** Publications that become one entry. */
interface Run {
  readonly items: Outgoing[];
  count: number;
  chars: number;
  readonly texts: (string | Buffer)[];
}

export interface Batch {
  readonly number: number;
  readonly runs: readonly Run[];
  /** Idempotency keys, in the order of their runs. */
  readonly idempotencyKeys: readonly string[];
  readonly source: Cursor | undefined;
  /** Of the runs; see `log-scripts.ts`. */
  readonly args: readonly RedisArg[];
}

/** One entry carries no more: readers' frames have the same bounds. */
const MAX_RUN_RECORDS = 512;
const MAX_RUN_CHARS = 65_536;
/** One batch carries no more, so that no other channel waits long for it. */
const MAX_BATCH_CHARS = 262_144;
const FIRST_KEY = 4;

interface Lost {
  count: number;
  readonly fromMs: EpochMs;
  toMs: EpochMs;
  number: number;
}

/** What was published on one log channel and is not in Redis yet, in order. */
export class LogOutbox {
  readonly #budget: QueueBudget;
  readonly #waiting = new Deque<Outgoing>();
  readonly #onRefused: () => void;
  /** Acknowledged by Redis; it has not come back from it yet. */
  readonly #unheard = new Deque<Outgoing>();
  /** It may come back before it is acknowledged. */
  #heardUpTo = 0;
  /** The last number that is in Redis. */
  acknowledged = 0;
  /** Given up for lack of room; told in the place where it would have been. */
  #lost: Lost | undefined;
  /** Up to this number readers of this server have got it without Redis; such a run is not joined with one they have not. */
  localUpTo = 0;

  constructor(budget: QueueBudget, onRefused: () => void) {
    this.#budget = budget;
    this.#onRefused = onRefused;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#lost === undefined;
  }

  waiting = (): Iterable<Outgoing> => itemsOf(this.#waiting);
  unheard = (): Iterable<Outgoing> => itemsOf(this.#unheard);

  /** What came back from Redis, up to this number, or what nobody here reads any more. */
  heard(number: number): void {
    if (Number.isFinite(number)) this.#heardUpTo = Math.max(this.#heardUpTo, number);
    for (let item = this.#unheard.at(0); item !== undefined && item.number <= number; item = this.#unheard.at(0)) {
      this.#unheard.shift();
      this.#budget.remove(item);
    }
  }

  /** The last source cursor that waits. */
  get source(): Cursor | undefined {
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const source = this.#waiting.at(index)?.source;
      if (source !== undefined) return source;
    }
    return undefined;
  }

  /** The caller has made sure that there is room. */
  push(item: Omit<Outgoing, 'giveUp' | 'isDone'>): Outgoing {
    const waiting: Outgoing = { ...item, isDone: false, giveUp: () => this.#giveUp(waiting) };
    this.#waiting.push(waiting);
    this.#budget.add(waiting);
    return waiting;
  }

  /** Ends all that waits. */
  clear(error: AppError): void {
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) this.#refuse(item, error);
  }

  takeBatch(): Batch | undefined {
    if (this.isEmpty) return undefined;
    const runs: Run[] = [];
    let chars = 0;
    const lost = this.#takeLost();
    if (lost !== undefined) runs.push(runOf(lost));
    for (let item = this.#waiting.at(0); item !== undefined; item = this.#waiting.at(0)) {
      if (chars > 0 && chars + item.bytes > MAX_BATCH_CHARS) break;
      chars += item.bytes;
      this.#waiting.shift();
      const run = runs.at(-1);
      if (run === undefined || !this.#joins(run, item)) runs.push(runOf(item));
      else {
        run.items.push(item);
        run.texts.push(item.body);
        run.count += item.count;
        run.chars += item.bytes;
      }
    }
    const idempotencyKeys: string[] = [];
    const args: RedisArg[] = [];
    for (const run of runs) {
      const last = run.items.at(-1);
      if (last === undefined) continue;
      const { kind, number, at, key } = last;
      const body = run.texts.length === 1 ? (run.texts[0] ?? '') : run.texts.join();
      if (key !== undefined) idempotencyKeys.push(key);
      const keyIndex = key === undefined ? 0 : FIRST_KEY - 1 + idempotencyKeys.length;
      args.push(kind, String(run.count), String(number), String(at), body, String(keyIndex));
    }
    const items = runs.flatMap((run) => run.items);
    const source = items.findLast((item) => item.source !== undefined)?.source;
    return { number: items.at(-1)?.number ?? 0, runs, idempotencyKeys, source, args };
  }

  /**
   * @param answer of the script.
   * @param isRead whether it comes back to readers here: until then it is kept, for if Redis goes away before.
   */
  done(batch: Batch, answer: string, isRead: boolean): void {
    this.acknowledged = batch.number;
    const [epoch = '', ...places] = answer.split(' ');
    batch.runs.forEach((run, index) => {
      const place = places[index] ?? '';
      const duplicate = place.startsWith('=');
      const [oldEpoch = epoch, oldOffset] = duplicate ? place.slice(1).split(':') : [];
      let offset = Number(duplicate ? oldOffset : place);
      for (const item of run.items) {
        if (isRead && !duplicate && item.kind !== 'n' && item.number > this.#heardUpTo) this.#unheard.push(item);
        else this.#budget.remove(item);
        item.onDone?.({ ok: true, cursor: { epoch: duplicate ? oldEpoch : epoch, offset }, duplicate });
        offset += item.count;
      }
    });
  }

  /** Redis will not have this batch: its records are lost, and that is told in their place. */
  refused(batch: Batch, reason: string): void {
    const message = `Redis refused it: ${reason}`;
    for (const { items } of batch.runs) for (const item of items) this.#lose(item, { code: 'bus-down', message });
  }

  #joins(run: Run, item: Outgoing): boolean {
    const last = run.items.at(-1);
    return (
      last?.kind === 'e' &&
      item.kind === 'e' &&
      last.key === undefined &&
      item.key === undefined &&
      last.number !== this.localUpTo &&
      run.count + item.count <= MAX_RUN_RECORDS &&
      run.chars + item.bytes <= MAX_RUN_CHARS
    );
  }

  /** Only the oldest is ever given up; what is in a batch is not here any more. */
  #giveUp(item: Outgoing): boolean {
    if (this.#waiting.at(0) !== item) return false;
    this.#waiting.shift();
    const message = 'Redis is away and too much waits for it. Publish it again when it is back.';
    this.#lose(item, { code: 'bus-down', message });
    return true;
  }

  #lose(item: Outgoing, error: AppError): void {
    this.#refuse(item, error);
    if (item.count === 0) return;
    this.#lost ??= { count: 0, fromMs: item.at, toMs: item.at, number: item.number };
    this.#lost.count += item.count;
    this.#lost.toMs = item.at;
    this.#lost.number = item.number;
  }

  #refuse(item: Outgoing, error: AppError): void {
    this.#budget.remove(item);
    this.#onRefused();
    const outcome: Published = { ok: false, error, retryAfterMs: 1_000 };
    item.onDone?.(outcome);
  }

  #takeLost(): Outgoing | undefined {
    const lost = this.#lost;
    if (lost === undefined) return undefined;
    this.#lost = undefined;
    const { count, fromMs, toMs, number } = lost;
    const body = JSON.stringify({ why: 'link-lost', count, fromMs, toMs });
    const nothing = {
      key: undefined,
      source: undefined,
      onDone: undefined,
      bytes: 0,
      isDone: true,
      giveUp: () => false,
    };
    return { ...nothing, number, kind: 'g', count: 0, body, at: toMs };
  }
}

const runOf = (item: Outgoing): Run => ({ items: [item], count: item.count, chars: item.bytes, texts: [item.body] });

function* itemsOf(queue: Deque<Outgoing>): Iterable<Outgoing> {
  for (let index = 0; index < queue.length; index++) {
    const item = queue.at(index);
    if (item !== undefined) yield item;
  }
}
