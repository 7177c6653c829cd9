import type { LineState, LineStatus, TransportName } from '../../../src/contract/upstream/status.ts';
import type { Line, LineOptions, Verdict } from '../line.ts';
import { Attempt, type AttemptOwner, messageOf, seconds } from './attempt.ts';
import { LineCounters } from './line-counters.ts';
import type { LineEnv, Owned, TapSink } from './line-env.ts';
import { LineOut, sourceTimeOf } from './line-out.ts';
import { LineTap } from './line-tap.ts';
import { RetryPlan } from './retry-plan.ts';
import { isThisComputer, withoutSecrets } from './shown-url.ts';
import { Watch } from './watch.ts';

const HANDSHAKE_MS = 10_000;
const BACKOFF = { firstMs: 1_000, mostMs: 30_000 };
const NO_NETWORK = 'this computer has no network';

/** `LineState` before its time is known. */
type Phase = LineState extends infer S ? (S extends LineState ? Omit<S, 'since'> : never) : never;

/**
 * What every connection does, whichever transport carries it:
 *
 * ```
 *          start            answer                   record
 *  idle ─────────▶ connecting ────▶ connected-no-data ────▶ live ◀──▶ stale
 *   ▲  stop (any)     ▲   │ lost (any)                        record · staleMs
 *   └──               │   ▼
 *            its time └─ retrying    refused (by an answer or the adapter; a person or `restart` ends it)
 *                                    stopped (by a person; only a person ends it)
 * ```
 */
export abstract class LineCore implements Line, Owned {
  readonly id: string;
  protected readonly env: LineEnv;
  readonly #options: LineOptions;
  readonly #transport: TransportName;
  readonly #counters: LineCounters;
  readonly #tap = new LineTap();
  readonly #owner: AttemptOwner;
  readonly #stale: Watch;
  readonly #plan: RetryPlan;
  protected readonly out: LineOut;
  #state: LineState;
  #attempt: Attempt | undefined;
  #cancelWait: (() => void) | undefined;
  /** Its adapter wants it open. */
  #wanted = false;
  #isOffline = false;
  #isClosed = false;
  readonly #afterwards: (() => void)[] = [];
  /** A record came before its connection was called open. */
  #isFresh = false;
  #url = '';
  /** For people, made once for each address: it is told every second. */
  #shownUrl = '';

  constructor(env: LineEnv, options: LineOptions, transport: TransportName, backoff = BACKOFF) {
    this.env = env;
    this.id = `${env.upstream}/${options.name}`;
    this.#options = options;
    this.#transport = transport;
    this.#plan = new RetryPlan(options.backoff ?? backoff, () => env.random());
    this.#counters = new LineCounters(env.mono());
    this.#state = { is: 'idle', since: env.now() };
    this.#stale = new Watch(env, options.staleMs, () => {
      if (this.#state.is === 'live') this.#become({ is: 'stale' });
    });
    this.out = new LineOut(env, this.#tap, {
      onRecords: (count, record) => this.#onRecords(count, record),
      onCounted: (what, reason, excerpt) => this.#counters.count(env.now(), what, reason, excerpt),
    });
    this.#owner = {
      env,
      counters: this.#counters,
      tap: this.#tap,
      out: this.out,
      handshakeMs: options.handshakeMs ?? HANDSHAKE_MS,
      silentMs: options.silentMs,
      onOpened: () => this.#onOpened(),
      onLost: (_, why, verdict) => this.#onLost(why, verdict),
      onAsleep: (_, sleptMs) => this.#onAsleep(sleptMs),
    };
  }

  /** Opens one connection, tells the attempt what becomes of it, and returns how to close it. */
  protected abstract connect(attempt: Attempt): () => void;

  protected goesTo(url: string): void {
    if (url === this.#url) return;
    this.#url = url;
    this.#shownUrl = withoutSecrets(url);
  }

  protected get handshakeMs(): number {
    return this.#owner.handshakeMs;
  }

  /** The peer asked not to be called again sooner than this after the connection that is open now. */
  protected stayAway(ms: number): void {
    this.#plan.leastMs = ms;
  }

  /** Round trip of the connection itself. */
  protected measured(rttMs: number): void {
    this.#counters.rttMs = rttMs;
  }

  /** What was there before was just confirmed: as good as a record. */
  protected confirmed(): void {
    this.#onRecords(0, undefined);
  }

  /** Tells the adapter once the line is in its next state. */
  protected afterwards(callback: () => void): void {
    this.#afterwards.push(callback);
  }

  /** Calls what an adapter handed in. */
  protected guard(callback: () => void): void {
    try {
      callback();
    } catch (cause) {
      this.out.count('dropped', 'callback-failed', messageOf(cause));
    }
  }

  get state(): LineState {
    return this.#state;
  }

  status(): LineStatus {
    return {
      t: 'line',
      id: this.id,
      upstream: this.env.upstream,
      transport: this.#transport,
      url: this.#shownUrl,
      state: this.#state,
      staleMs: this.#options.staleMs,
      ...this.#counters.read(this.env.mono()),
    };
  }

  start(): void {
    this.#wanted = true;
    if (this.#state.is === 'idle') this.#open();
  }

  stop(): void {
    this.#wanted = false;
    if (this.#state.is === 'idle' || this.#state.is === 'stopped') return;
    this.#endAll();
    this.#become({ is: 'idle' });
  }

  restart(why: string): void {
    if (!this.#wanted || this.#state.is === 'stopped') return;
    const isConnection = this.#attempt !== undefined;
    this.#drop(why);
    // An adapter that asks for it again and again waits like a peer that breaks again and again.
    if (!isConnection || ++this.#plan.failures <= 1) this.#open();
    else this.#retryAfter(this.#plan.next(), why);
  }

  refuse(why: string): void {
    if (this.#state.is === 'stopped' || this.#isClosed) return;
    this.#drop(why);
    this.#become({ is: 'refused', why });
  }

  stopByHand(): void {
    if (this.#state.is === 'stopped' || this.#isClosed) return;
    this.#endAll();
    this.#become({ is: 'stopped' });
  }

  startByHand(): void {
    if (this.#isClosed) return;
    this.#plan.failures = 0;
    if (this.#attempt !== undefined) return;
    if (this.#wanted) this.#open();
    else if (this.#state.is !== 'idle') this.#become({ is: 'idle' });
  }

  nudge(): void {
    this.#isOffline = false;
    if (this.#state.is === 'retrying') this.#open();
  }

  offline(): void {
    const { is } = this.#state;
    if (this.#isClosed || isThisComputer(this.#url) || is === 'refused' || is === 'stopped' || is === 'idle') return;
    this.#isOffline = true;
    if (this.#attempt === undefined) {
      if (this.#state.is === 'retrying') this.#become({ ...this.#state, why: NO_NETWORK });
      return;
    }
    this.#drop(NO_NETWORK);
    this.#plan.failures++;
    this.#retryAfter(this.#plan.next(), NO_NETWORK);
  }

  setTap(sink: TapSink | undefined): void {
    this.#tap.set(sink);
  }

  close(): void {
    this.#wanted = false;
    this.#endAll();
    this.#isClosed = true;
    this.#tap.set(undefined);
    this.#afterwards.length = 0;
    this.#state = { is: 'idle', since: this.env.now() };
  }

  #open(): void {
    if (this.#isClosed) return;
    this.#endAll();
    this.#isFresh = false;
    this.#counters.attempts++;
    const attempt = new Attempt(this.#owner);
    this.#attempt = attempt;
    this.#become({ is: 'connecting' });
    // Whoever heard of it may have stopped it.
    if (this.#attempt === attempt) attempt.begin((it) => this.connect(it));
  }

  #onOpened(): void {
    this.#isOffline = false;
    this.#plan.leastMs = 0;
    if (this.#isFresh) this.#goLive();
    else this.#become({ is: 'connected-no-data' });
  }

  #onRecords(count: number, record: object | undefined): void {
    const now = this.env.now();
    this.#counters.records += count;
    this.#counters.lastRecordAt = now;
    const saidAt = record && sourceTimeOf(record);
    // What is asked for may be as old as it likes; only what is sent as it happens has a way that takes time.
    if (saidAt !== undefined && this.#transport !== 'poll') this.#counters.latency.add(now - saidAt);
    const { is } = this.#state;
    if (is === 'live') this.#stale.at = this.env.mono();
    else if (is === 'connected-no-data' || is === 'stale') this.#goLive();
    else if (is === 'connecting') this.#isFresh = true;
  }

  #goLive(): void {
    this.#stale.start();
    this.#become({ is: 'live' });
  }

  #onLost(why: string, verdict: Verdict): void {
    this.#drop(why);
    if (verdict !== undefined && 'refused' in verdict) {
      this.#become({ is: 'refused', why: verdict.refused });
      return;
    }
    this.#plan.failures++;
    if (this.#isOffline) this.#retryAfter(this.#plan.next(), NO_NETWORK);
    else if (verdict === undefined) this.#retryAfter(this.#plan.next(), why);
    else this.#retryAfter(this.#plan.told(verdict.retryAfterMs), verdict.why);
  }

  #onAsleep(sleptMs: number): void {
    const why = `this computer was asleep for ${seconds(sleptMs)}`;
    this.#drop(why);
    this.#plan.failures = 0;
    // Told like every other loss: some ask nothing twice.
    this.#retryAfter(0, why);
  }

  /** Ends the connection there is, and remembers why. */
  #drop(why: string): void {
    const openedAt = this.#attempt?.openedAt;
    if (openedAt !== undefined) this.#plan.lasted(this.env.mono() - openedAt);
    if (this.#attempt !== undefined) this.#counters.drop(this.env.now(), why);
    this.#endAll();
  }

  #endAll(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#stale.stop();
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.end();
  }

  #retryAfter(ms: number, why: string): void {
    this.#cancelWait = this.env.schedule(ms, () => this.#open());
    this.#become({ is: 'retrying', nextAt: this.env.now() + ms, attempt: this.#plan.failures, why });
  }

  /** Always the last thing that is done: whoever hears of it may do anything. */
  #become(phase: Phase): void {
    const state = { ...phase, since: this.env.now() } as LineState;
    this.#state = state;
    if (this.#tap.isOn) {
      const data = 'why' in state ? `${state.is}: ${state.why}` : state.is;
      this.#tap.show(state.since, 'state', { form: 'note', bytes: 0, data, meta: { is: state.is } });
    }
    for (const callback of this.#afterwards.splice(0)) this.guard(callback);
    if (this.#state === state) this.guard(() => this.#options.onState?.(state));
  }
}
