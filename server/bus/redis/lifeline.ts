import { backoffMs } from '../../../src/lib/backoff.ts';
import type { Clock } from '../../clock.ts';
import { type RedisAddress, RedisConnection } from './connection.ts';

/** Redis usually comes back within a second or two: asked often enough to notice, and not by everybody at once. */
const BACKOFF = { firstMs: 100, mostMs: 1_000 };

export interface LifelineHooks {
  /** Makes a fresh connection ready; a failure counts as one to connect. */
  readonly prepare: (connection: RedisConnection) => Promise<void>;
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
  readonly onMessage: (topic: string, message: Buffer) => void;
  readonly onTopicMoved: (topic: string) => void;
}

/**
 * Keeps one connection to a Redis, again and again.
 * ```text
 *  opening ─▶ preparing ─▶ up ─▶ (dead) waiting ─▶ opening …
 *     └───────────┴── failed ──────────▲
 * ```
 */
export class Lifeline {
  readonly #address: RedisAddress;
  readonly #clock: Clock;
  readonly #hooks: LifelineHooks;
  #connection: RedisConnection | undefined;
  #failures = 0;
  #cancelRetry: () => void = () => undefined;
  #isClosed = false;

  constructor(address: RedisAddress, clock: Clock, hooks: LifelineHooks) {
    this.#address = address;
    this.#clock = clock;
    this.#hooks = hooks;
    void this.#open();
  }

  /** undefined: not up now. */
  get connection(): RedisConnection | undefined {
    return this.#connection;
  }

  /** Ends the present connection as if it had died. */
  renew(reason: string): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    connection.destroy();
    this.#down(connection, reason);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async #open(): Promise<void> {
    const { onMessage, onTopicMoved } = this.#hooks;
    let opened: RedisConnection | undefined;
    let died: string | undefined;
    const onDead = (reason: string) => {
      died = reason;
      if (opened !== undefined) this.#down(opened, reason);
    };
    try {
      const connection = await RedisConnection.open(this.#address, this.#clock, { onDead, onMessage, onTopicMoved });
      try {
        await this.#hooks.prepare(connection);
        if (died !== undefined) throw new Error(died);
      } catch (error) {
        connection.destroy();
        throw error;
      }
      if (this.#isClosed) return connection.destroy();
      opened = connection;
      this.#connection = connection;
      this.#failures = 0;
      this.#hooks.onUp();
    } catch (error) {
      if (this.#isClosed) return;
      this.#hooks.onDown(error instanceof Error ? error.message || error.name : String(error));
      this.#retry();
    }
  }

  #down(connection: RedisConnection, reason: string): void {
    if (this.#connection !== connection || this.#isClosed) return;
    this.#connection = undefined;
    this.#hooks.onDown(reason);
    this.#retry();
  }

  #retry(): void {
    const waitMs = this.#failures === 0 ? 0 : backoffMs(this.#failures, BACKOFF, Math.random);
    this.#failures++;
    this.#cancelRetry = this.#clock.schedule(waitMs, () => void this.#open());
  }
}
