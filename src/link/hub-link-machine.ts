import { wrap } from 'comlink';
import type { ChannelName } from '../contract/channel.ts';
import type { AppError } from '../contract/error-codes.ts';
import type { FromHub } from '../contract/from-hub.ts';
import type { Outcome } from '../contract/hub-api.ts';
import type { HubId, TabId } from '../contract/ids.ts';
import type { EpochMs, MonoMs } from '../contract/time.ts';
import { answerInTime } from './answer-in-time.ts';
import type { Frame } from './frame.ts';
import type { HubConnection, HubHome } from './hub-home.ts';
import type {
  AsyncHubApi,
  EventsListener,
  HubLink,
  LinkStatus,
  SamplesListener,
  StateListener,
  SubscribeOptions,
} from './link.ts';
import { holdLock, type LinkLocks, watchLock } from './link-locks.ts';
import { type AnyListener, type PageSubscription, Subscriptions } from './subscriptions.ts';

export interface LinkOptions {
  readonly tab: TabId;
  /** Best first; the next one is tried when one does not work. */
  readonly homes: readonly (() => HubHome)[];
  /** Undefined: there are none, so a dead hub is only noticed by its silence at the next question. */
  readonly locks: LinkLocks | undefined;
  readonly frame: Frame;
  readonly build: string;
  readonly contract: number;
  now(): EpochMs;
  mono(): MonoMs;
  schedule(ms: number, callback: () => void): () => void;
  visible(): boolean;
  onTrouble(cause: unknown): void;
}

/** What the page's own plumbing needs beyond what views use. */
export interface PageLink extends HubLink {
  /** Hands our serial worker's port to the present hub; false: there is none, or it cannot take ports from this tab. */
  attachHolder(port: MessagePort): boolean;
}

/** No welcome within this time: the hub died while we knocked, or the worker hangs. */
const HELLO_TIMEOUT_MS = 4_000;
/** This many unanswered hellos, and the next home is tried. */
const MAX_KNOCKS = 2;
const ASK_DEADLINE_MS = 3_000;

/**
 * ```text
 * connecting ──▶ connected ──▶ restarting ──▶ connected …
 *     └────────────────────────────┴──▶ failed (no home works, or another contract)
 * ```
 */
export class HubLinkMachine implements PageLink {
  readonly tab: TabId;
  readonly #options: LinkOptions;
  readonly #subscriptions: Subscriptions;
  readonly #statusListeners = new Set<(status: LinkStatus) => void>();
  readonly #homes: (() => HubHome)[];
  readonly #end = new AbortController();
  #status: LinkStatus;
  #home: HubHome | undefined;
  #connection: HubConnection | undefined;
  #api: AsyncHubApi | undefined;
  #hub: HubId | undefined;
  #hubWatch = new AbortController();
  #cancelTimeout: (() => void) | undefined;
  #knocks = 0;
  #restarts = 0;
  #lastHeardAt: EpochMs;
  #paused = false;

  constructor(options: LinkOptions) {
    this.tab = options.tab;
    this.#options = options;
    this.#homes = [...options.homes];
    this.#subscriptions = new Subscriptions(options.onTrouble);
    this.#lastHeardAt = options.now();
    this.#status = { is: 'connecting', since: options.mono() };
    void this.#start();
  }

  status(): LinkStatus {
    return this.#status;
  }

  onStatus(listener: (status: LinkStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => void this.#statusListeners.delete(listener);
  }

  ask<T>(
    question: (hub: AsyncHubApi) => Promise<Outcome<T>>,
    deadlineMs: number = ASK_DEADLINE_MS,
  ): Promise<Outcome<T>> {
    // What was said to have failed must not happen later.
    const late = new AbortController();
    const answer = this.#connected(late.signal).then(question);
    return answerInTime(answer, deadlineMs, this.#options.schedule).finally(() => late.abort());
  }

  subscribeState<R>(channel: ChannelName, to: StateListener<R>, options: SubscribeOptions = {}): () => void {
    // The contract says what records a channel has; nothing on the wire can prove it again here.
    return this.#subscribe(channel, { is: 'state', to: to as StateListener<unknown> }, options);
  }

  subscribeEvents<R>(channel: ChannelName, to: EventsListener<R>, options: SubscribeOptions = {}): () => void {
    return this.#subscribe(channel, { is: 'events', to: to as EventsListener<unknown> }, options);
  }

  subscribeSamples(channel: ChannelName, to: SamplesListener, options: SubscribeOptions = {}): () => void {
    return this.#subscribe(channel, { is: 'samples', to }, options);
  }

  attachHolder(port: MessagePort): boolean {
    return this.#status.is === 'connected' && this.#connection?.sendHolder(port) === true;
  }

  /** The page is leaving, perhaps for the back-forward cache. */
  pause(): void {
    this.#paused = true;
    this.#connection?.post({ t: 'bye' });
    // A waiting lock would throw the page out of the back-forward cache.
    this.#hubWatch.abort();
  }

  /** The page came back: the hub has forgotten it, or is another one by now. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#connect();
  }

  close(): void {
    this.#end.abort();
    this.#cancelTimeout?.();
    this.#hubWatch.abort();
    this.#connection?.post({ t: 'bye' });
    this.#connection?.close();
    this.#home?.close();
    this.#statusListeners.clear();
  }

  async #start(): Promise<void> {
    // The hub learns of our end by this lock, so it must be ours before it hears of us.
    const { locks, onTrouble } = this.#options;
    await holdLock(locks, `tab:${this.tab}`, this.#end.signal, onTrouble);
    if (!this.#end.signal.aborted) this.#connect();
  }

  #connect(): void {
    if (this.#end.signal.aborted || this.#paused) return;
    this.#disconnect();
    this.#home ??= this.#openHome();
    if (this.#home === undefined) {
      const error: AppError = { code: 'hub-timeout', message: 'no worker of any kind can be started here' };
      this.#setStatus({ is: 'failed', since: this.#options.mono(), error });
      return;
    }
    const connection: HubConnection = this.#home.connect({
      onMessage: (message) => {
        if (connection === this.#connection) this.#receive(message);
      },
      onBroken: () => {
        if (connection === this.#connection) this.#nextHome();
      },
    });
    this.#connection = connection;
    this.#hello(connection);
  }

  #hello(connection: HubConnection): void {
    const { build, contract, visible } = this.#options;
    const rpc = connection.hello({ t: 'hello', tab: this.tab, build, contract, visible: visible() });
    this.#api = wrap(rpc) as unknown as AsyncHubApi;
    this.#cancelTimeout = this.#options.schedule(HELLO_TIMEOUT_MS, () => {
      this.#knocks += 1;
      // A follower waits for its leader: there is one, or it becomes it itself.
      if (this.#knocks >= MAX_KNOCKS && connection.mode !== 'follower') this.#nextHome();
      else this.#connect();
    });
  }

  #openHome(): HubHome | undefined {
    const home = this.#homes[0]?.();
    home?.onMoved(() => this.#connect());
    return home;
  }

  #nextHome(): void {
    this.#homes.shift();
    this.#home?.close();
    this.#home = undefined;
    this.#knocks = 0;
    this.#connect();
  }

  #disconnect(): void {
    this.#cancelTimeout?.();
    this.#hubWatch.abort();
    this.#connection?.close();
    this.#connection = undefined;
    this.#api = undefined;
  }

  #receive(message: FromHub): void {
    switch (message.t) {
      case 'welcome':
        this.#welcomed(message);
        return;
      case 'superseded':
        if (this.#status.is === 'connected') this.#setStatus({ ...this.#status, supersededBy: message.build });
        return;
      case 'deliver': {
        this.#lastHeardAt = this.#options.now();
        this.#subscriptions.deliver(message.items);
        const connection = this.#connection;
        this.#options.frame.afterFrame(() => connection?.post({ t: 'ack', credit: message.credit }));
      }
    }
  }

  #welcomed(welcome: Extract<FromHub, { t: 'welcome' }>): void {
    const { contract, mono, now } = this.#options;
    this.#cancelTimeout?.();
    this.#knocks = 0;
    if (welcome.contract !== contract) {
      const message = `the hub speaks contract ${welcome.contract}, this page ${contract}`;
      this.#setStatus({ is: 'failed', since: mono(), error: { code: 'contract-mismatch', message } });
      return;
    }
    const restarted = this.#hub !== undefined && this.#hub !== welcome.hub;
    this.#hub = welcome.hub;
    this.#watchHub(welcome.hub);
    if (restarted) {
      this.#restarts += 1;
      this.#subscriptions.gapForAll({
        why: 'hub-restarted',
        count: undefined,
        fromMs: this.#lastHeardAt,
        toMs: now(),
      });
    }
    for (const subscription of this.#subscriptions.all()) this.#tellHub(subscription);
    this.#setStatus({
      is: 'connected',
      since: mono(),
      mode: this.#connection?.mode ?? 'solo',
      hub: welcome.hub,
      restarts: this.#restarts,
      supersededBy: undefined,
    });
  }

  /** The hub holds this lock while it lives; there is no other sign of its death. */
  #watchHub(hub: HubId): void {
    this.#hubWatch.abort();
    this.#hubWatch = watchLock(this.#options.locks, `hub:${hub}`, () => {
      this.#setStatus({ is: 'restarting', since: this.#options.mono(), restarts: this.#restarts });
      this.#connect();
    });
  }

  #subscribe(channel: ChannelName, listener: AnyListener, options: SubscribeOptions): () => void {
    const subscription = this.#subscriptions.add(channel, listener, options);
    if (this.#status.is === 'connected') this.#tellHub(subscription);
    return () => {
      this.#subscriptions.delete(subscription.sub);
      if (this.#status.is === 'connected') this.#api?.unsubscribe(subscription.sub).catch(this.#options.onTrouble);
    };
  }

  #tellHub({ sub, channel, options }: PageSubscription): void {
    this.#api?.subscribe({ sub, channel, everyMs: options.everyMs, rewind: options.rewind }).then((outcome) => {
      if (!outcome.ok) this.#options.onTrouble(new Error(`${outcome.error.code}: ${outcome.error.message}`));
    }, this.#options.onTrouble);
  }

  /** Stays open for ever when the signal comes first. */
  #connected(late: AbortSignal): Promise<AsyncHubApi> {
    return new Promise((resolve) => {
      const stop = this.onStatus((status) => {
        if (status.is === 'connected' && this.#api !== undefined) resolve(this.#api);
      });
      late.addEventListener('abort', stop);
    });
  }

  #setStatus(status: LinkStatus): void {
    this.#status = status;
    for (const listener of [...this.#statusListeners]) listener(status);
  }
}
