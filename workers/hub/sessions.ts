import { type Endpoint, expose } from 'comlink';
import type { FromHolder } from '../../src/contract/board-link.ts';
import type { FromHub } from '../../src/contract/from-hub.ts';
import type { HubApi, HubStats } from '../../src/contract/hub-api.ts';
import type { HubId, TabId } from '../../src/contract/ids.ts';
import type { ToHub } from '../../src/contract/to-hub.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import type { Holder } from './board-entry.ts';
import type { Channels } from './channels.ts';
import type { HubEnv } from './hub-env.ts';
import type { HubPort } from './hub-port.ts';
import { TabSession } from './tab-session.ts';

interface Tab {
  readonly session: TabSession;
  readonly data: HubPort;
  readonly rpc: HubPort | undefined;
  readonly holders: Set<Holder>;
  readonly stopWatching: AbortController;
}

export interface SessionsOptions {
  readonly hub: HubId;
  readonly env: HubEnv;
  readonly channels: Channels;
  /**
   * The hub holds its lock (tabs that wait for it learn of the hub's death, not of its birth) and knows the boards of its last life.
   */
  readonly ready: Promise<void>;
  readonly apiFor: (session: TabSession) => HubApi;
  readonly receive: (holder: Holder, message: FromHolder) => void;
  readonly holderCame: (holder: Holder) => void;
  readonly holderGone: (holder: Holder) => void;
}

/** The tabs of this hub: from hello until their lock is free or they say bye. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #tabs = new Map<TabId, Tab>();
  #supersededBy: string | undefined;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#tabs.size;
  }

  stats(): HubStats['tabs'] {
    return [...this.#tabs.values()].map((tab) => tab.session.stats());
  }

  /** A page connected; it says hello next. `makeRpc` is given where ports cannot be sent with the hello. */
  accept(data: HubPort, makeRpc?: () => HubPort): void {
    let tab: TabId | undefined;
    /** Greetings so far; one that was followed by another, or by a bye, needs no welcome. */
    let said = 0;
    data.addEventListener('message', ({ data: message, ports }: MessageEvent<ToHub>) => {
      switch (message.t) {
        case 'hello':
          tab = message.tab;
          void this.#welcome(message.tab, data, makeRpc?.() ?? ports?.[0], isLast());
          return;
        case 'ack':
          if (tab !== undefined) this.#tabs.get(tab)?.session.ack(message.credit);
          return;
        case 'holder':
          if (tab !== undefined && ports?.[0] !== undefined) this.#attachHolder(tab, ports[0]);
          return;
        case 'bye':
          said += 1;
          // Its port stays: a page that comes back from the back-forward cache says hello on it again.
          if (tab !== undefined) this.#drop(tab, data);
      }
    });
    data.start();
    function isLast(): () => boolean {
      said += 1;
      const mine = said;
      return () => mine === said;
    }
  }

  superseded(build: string): void {
    this.#supersededBy = build;
    for (const tab of this.#tabs.values()) post(tab.data, { t: 'superseded', build });
  }

  rescan(): void {
    for (const tab of this.#tabs.values()) for (const holder of tab.holders) holder.post({ t: 'rescan' });
  }

  async #welcome(id: TabId, data: HubPort, rpc: HubPort | undefined, stays: () => boolean): Promise<void> {
    const { env, hub, channels, ready, apiFor } = this.#options;
    await ready;
    if (!stays()) {
      rpc?.close();
      return;
    }
    const before = this.#tabs.get(id);
    this.#drop(id);
    if (before !== undefined && before.data !== data) before.data.close();
    const session = new TabSession(id, channels, env, (message, transfer) => post(data, message, transfer));
    const tab: Tab = { session, data, rpc, holders: new Set(), stopWatching: new AbortController() };
    this.#tabs.set(id, tab);
    // Same shape; comlink's own type is tied to the DOM's overloads.
    if (rpc !== undefined) expose(apiFor(session), rpc as unknown as Endpoint);
    env.locks
      .request(`tab:${id}`, { signal: tab.stopWatching.signal }, () => {
        this.#drop(id, data);
        data.close();
      })
      // Withdrawn because the tab said bye or hello again.
      .catch(() => undefined);
    post(data, { t: 'welcome', hub, epoch: channels.epoch, build: env.build, contract: CONTRACT_VERSION });
    if (this.#supersededBy !== undefined) post(data, { t: 'superseded', build: this.#supersededBy });
  }

  #attachHolder(id: TabId, port: MessagePort): void {
    const tab = this.#tabs.get(id);
    if (tab === undefined) {
      port.close();
      return;
    }
    const holder: Holder = {
      tab: id,
      post: (message) => port.postMessage(message),
    };
    // A page has one serial worker; if it comes again, the one before is gone.
    this.#dropHolders(tab);
    tab.holders.add(holder);
    port.addEventListener('message', ({ data }: MessageEvent<FromHolder>) => {
      if (tab.holders.has(holder)) this.#options.receive(holder, data);
    });
    port.start();
    this.#options.holderCame(holder);
  }

  /** Forgets a tab; with `data`, only if it is still this connection of it. */
  #drop(id: TabId, data?: HubPort): void {
    const tab = this.#tabs.get(id);
    if (tab === undefined || (data !== undefined && tab.data !== data)) return;
    this.#tabs.delete(id);
    tab.stopWatching.abort();
    tab.session.close();
    this.#dropHolders(tab);
    tab.rpc?.close();
  }

  #dropHolders(tab: Tab): void {
    for (const holder of tab.holders) this.#options.holderGone(holder);
    tab.holders.clear();
  }
}

const post = (port: HubPort, message: FromHub, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...transfer]);
