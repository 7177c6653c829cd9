import type { Clock } from '../../clock.ts';
import { RedisRefusal, type Reply } from './connection.ts';

/** Between two attempts while Redis answers and says no, ms. */
const RETRY_MS = 100;
/** So often a batch is tried that Redis will hardly ever take. */
const MAX_ATTEMPTS = 3;
/** A refusal for so long is an outage. */
const GRACE_MS = 250;

export interface SenderHooks<B> {
  /** The next batch; undefined: nothing waits. */
  readonly take: () => B | undefined;
  readonly canSend: () => boolean;
  readonly send: (batch: B) => Promise<Reply>;
  readonly onDone: (batch: B, reply: Reply) => void;
  /** It will not be taken, whatever is tried. */
  readonly onRefused: (batch: B, reason: string) => void;
  /** Redis answers, but takes nothing: `stuck` has changed. */
  readonly onStuck: () => void;
}

/**
 * Sends batches of one channel, one at a time: that keeps their order whatever fails, and while one is on its way the next grows, so
 * that a slow Redis is asked less often. What was not answered is sent again, the same as it was; the scripts know it by its number.
 * ```text
 *  idle ─take─▶ sent ─ok─▶ idle
 *                ├─ connection gone ─▶ waiting (until `kick`) ─▶ sent
 *                ├─ "not now" ───────▶ waiting (100 ms) ───────▶ sent
 *                └─ "never" ×3 ──────▶ refused ─▶ idle
 * ```
 */
export class Sender<B> {
  readonly #hooks: SenderHooks<B>;
  readonly #clock: Clock;
  #batch: B | undefined;
  #isSent = false;
  #attempts = 0;
  #refusedSince: number | undefined;
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;
  /** Why Redis takes nothing although it answers. */
  stuck: { readonly since: number; readonly reason: string } | undefined;

  constructor(clock: Clock, hooks: SenderHooks<B>) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** On its way, or to be sent again. */
  get batch(): B | undefined {
    return this.#batch;
  }

  /** Something waits, or Redis is back. */
  kick(): void {
    if (this.#isSent || this.#isClosed || !this.#hooks.canSend()) return;
    if (this.#cancelRetry !== undefined) {
      if (this.#refusedSince !== undefined) return;
      this.#cancelRetry();
      this.#cancelRetry = undefined;
    }
    this.#batch ??= this.#hooks.take();
    if (this.#batch !== undefined) void this.#send(this.#batch);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
  }

  async #send(batch: B): Promise<void> {
    this.#isSent = true;
    let reply: Reply;
    try {
      reply = await this.#hooks.send(batch);
    } catch (error) {
      this.#isSent = false;
      if (!this.#isClosed) this.#failed(batch, error);
      return;
    }
    this.#isSent = false;
    if (!this.#isClosed) this.#finish(() => this.#hooks.onDone(batch, reply));
  }

  #failed(batch: B, error: unknown): void {
    if (error instanceof RedisRefusal) {
      const { message } = error;
      if (isForGood(message) && ++this.#attempts >= MAX_ATTEMPTS) {
        this.#finish(() => this.#hooks.onRefused(batch, message));
        return;
      }
      const now = this.#clock.now();
      this.#refusedSince ??= now;
      if (now - this.#refusedSince >= GRACE_MS) {
        const isNew = this.stuck === undefined;
        this.stuck = { since: this.#refusedSince, reason: message.slice(0, 150) };
        if (isNew) this.#hooks.onStuck();
      }
    }
    this.#cancelRetry = this.#clock.schedule(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      this.kick();
    });
  }

  #finish(tell: () => void): void {
    const wasStuck = this.stuck !== undefined;
    this.#batch = undefined;
    this.#attempts = 0;
    this.#refusedSince = undefined;
    this.stuck = undefined;
    tell();
    if (wasStuck) this.#hooks.onStuck();
    this.kick();
  }
}

/** Redis is not short of anything that could come back: this is about the batch itself. */
const isForGood = (message: string): boolean =>
  /^(WRONGTYPE|ERR|STALE)\b/.test(message) && !/OOM|BUSY|denied/.test(message);
