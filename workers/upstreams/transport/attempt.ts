import type { MonoMs } from '../../../src/contract/time.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { Verdict } from '../line.ts';
import type { LineCounters } from './line-counters.ts';
import type { LineEnv } from './line-env.ts';
import type { Frame, LineTap } from './line-tap.ts';
import { SleepWatch, Watch } from './watch.ts';

/** What an attempt tells its line, and what it has from it. */
export interface AttemptOwner {
  readonly env: LineEnv;
  readonly counters: LineCounters;
  readonly tap: LineTap;
  readonly out: Out;
  readonly handshakeMs: number;
  readonly silentMs: number;
  onOpened(attempt: Attempt): void;
  onLost(attempt: Attempt, why: string, verdict: Verdict): void;
  onAsleep(attempt: Attempt, sleptMs: number): void;
}

/** Whoever heard something so recently did not sleep. */
const AWAKE_MS = 5_000;

/** Opens one connection and tells the attempt what becomes of it. Returns how to close whatever was opened. */
export type Connect = (attempt: Attempt) => () => void;

/**
 * One try to connect and, if it succeeds, the connection: what its transport talks to. Once it is over it says nothing more, so a
 * socket that closes late does no harm. Its timers and whatever `connect` opened end with it.
 */
export class Attempt {
  readonly #owner: AttemptOwner;
  readonly #handshake: Watch;
  readonly #silence: Watch;
  readonly #sleep: SleepWatch;
  readonly #aborter = new AbortController();
  #close: (() => void) | undefined;
  #openedAt: MonoMs | undefined;

  constructor(owner: AttemptOwner) {
    this.#owner = owner;
    this.#handshake = new Watch(owner.env, owner.handshakeMs, () => {
      this.lost(`no answer within ${seconds(owner.handshakeMs)}`);
    });
    this.#silence = new Watch(owner.env, owner.silentMs, () => {
      this.lost(`connected, but not one byte for ${seconds(this.#silence.ms)}`);
    });
    this.#sleep = new SleepWatch(owner.env, (sleptMs) => {
      const heardAt = owner.counters.lastFrameAt;
      // Timers alone are late in a worker that is slowed down: what is heard is alive.
      if (heardAt !== undefined && owner.env.now() - heardAt < AWAKE_MS) this.#sleep.start();
      else owner.onAsleep(this, sleptMs);
    });
  }

  /** Aborted once it is over. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  get over(): boolean {
    return this.#aborter.signal.aborted;
  }

  get isOpen(): boolean {
    return this.#openedAt !== undefined && !this.over;
  }

  get openedAt(): MonoMs | undefined {
    return this.#openedAt;
  }

  begin(connect: Connect): void {
    this.#handshake.start();
    this.#sleep.start();
    try {
      this.#close = connect(this);
    } catch (cause) {
      this.lost(messageOf(cause));
    }
    // It may have been lost before there was something to close.
    if (this.over) this.#closeNow();
  }

  /** The other side answered, and means it. */
  opened(): void {
    if (this.over || this.#openedAt !== undefined) return;
    this.#handshake.stop();
    this.#openedAt = this.#owner.env.mono();
    this.#silence.start();
    this.#owner.counters.connects++;
    this.#owner.onOpened(this);
  }

  /** Bytes came, whatever they mean. */
  heard(bytes: number): void {
    if (this.over) return;
    this.#owner.counters.bytesIn += bytes;
    this.#silence.at = this.#owner.env.mono();
  }

  /** Its transport times each of its questions by itself. */
  timesItself(): void {
    this.#handshake.stop();
  }

  /** When bytes came last. */
  get heardAt(): MonoMs {
    return this.#silence.at;
  }

  /** Its way of carrying data is silent for longer than the line's own limit: long polling, polling. */
  allowSilence(ms: number): void {
    this.#silence.ms = Math.max(ms, this.#silence.ms);
    if (this.isOpen) this.#silence.start();
  }

  /** Somebody looks at every frame: what is only for showing is worth making. */
  get isTapped(): boolean {
    return this.#owner.tap.isOn;
  }

  /** Gives one message to its reader. False: the reader threw, which is counted and harms nothing else. */
  frame(frame: Frame, read: (out: Out) => void): boolean {
    if (this.over) return false;
    const { counters, env, tap, out } = this.#owner;
    const now = env.now();
    counters.frames++;
    counters.lastFrameAt = now;
    if (tap.isOn) tap.begin();
    let isRead = true;
    try {
      read(out);
    } catch (cause) {
      isRead = false;
      out.count('dropped', 'reader-failed', messageOf(cause));
    }
    if (tap.isOn) tap.show(now, 'in', frame);
    return isRead;
  }

  sent(frame: Frame): void {
    const { counters, env, tap } = this.#owner;
    counters.bytesOut += frame.bytes;
    if (tap.isOn) tap.show(env.now(), 'out', frame);
  }

  /** The connection ended, or could not be made. */
  lost(why: string, verdict?: Verdict): void {
    if (!this.over) this.#owner.onLost(this, why, verdict);
  }

  /** For its line: closes everything. */
  end(): void {
    if (this.over) return;
    this.#handshake.stop();
    this.#silence.stop();
    this.#sleep.stop();
    this.#aborter.abort();
    this.#closeNow();
  }

  #closeNow(): void {
    const close = this.#close;
    this.#close = undefined;
    try {
      close?.();
    } catch (cause) {
      this.#owner.out.count('dropped', 'close-failed', messageOf(cause));
    }
  }
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** What really happened is in the cause of the cause: "fetch failed" helps nobody. */
export function deepest(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return deepest(cause.cause);
  // One for each address that was tried.
  if (cause instanceof AggregateError && cause.errors.length > 0) return deepest(cause.errors[0]);
  return cause.message || cause.name;
}

export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
