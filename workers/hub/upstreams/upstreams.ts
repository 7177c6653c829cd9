import type { ChannelName } from '../../../src/contract/channel.ts';
import type { ErrorCode } from '../../../src/contract/error-codes.ts';
import type { Outcome, UpstreamAction } from '../../../src/contract/hub-api.ts';
import type { CustomFeed } from '../../../src/contract/upstream/custom-feed.ts';
import type { UpstreamListing } from '../../../src/contract/upstream/listing.ts';
import { tapChannelOf, type UpstreamsRecord } from '../../../src/contract/upstream/status.ts';
import { parseUpstreamChannel, UPSTREAMS, type UpstreamId } from '../../../src/contract/upstream/upstream.ts';
import { backoffMs } from '../../../src/lib/backoff.ts';
import type { AdapterKind } from '../../upstreams/adapter.ts';
import type { Channels } from '../channels.ts';
import type { HubEnv } from '../hub-env.ts';
import type { HubUpstreams, UpstreamNet } from './net.ts';
import { RunningUpstream, type UpstreamPlace } from './running-upstream.ts';
import { StatusBoard } from './status-board.ts';

const STATUS_EVERY_MS = 1_000;
const LIST_BACKOFF = { firstMs: 1_000, mostMs: 30_000 };
const LIST_TIMEOUT_MS = 10_000;
/** A memory that does not answer must not hold up what needs nothing of it. */
const REMEMBER_MS = 2_500;
const MAX_FEEDS = 64;
const FEED_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** Every upstream of this hub. Their connections are open only while the hub owns the transports. */
export class Upstreams implements HubUpstreams {
  readonly #env: HubEnv;
  readonly #net: UpstreamNet;
  readonly #channels: Channels;
  readonly #running = new Map<UpstreamId, RunningUpstream>();
  /** How our server said it is reached, to start again only what changed. */
  readonly #listings = new Map<UpstreamId, string>();
  /** What our server does not lead to, with the reason. */
  readonly #absent = new Map<UpstreamId, UpstreamsRecord>();
  /** What is remembered is loaded: nothing is changed before, or the change would be lost. */
  readonly #remembered: Promise<void>;
  readonly #board = new StatusBoard();
  #feeds: readonly CustomFeed[] = [];
  #stopped: readonly string[] = [];
  #inspected = false;
  #open: AbortController | undefined;
  #cancelWait: () => void = () => undefined;
  #cancelList: () => void = () => undefined;
  #cancelStatus: () => void = () => undefined;
  #stopListening: () => void = () => undefined;

  constructor(env: HubEnv, net: UpstreamNet, channels: Channels) {
    this.#env = env;
    this.#net = net;
    this.#channels = channels;
    this.#remembered = this.#remember();
  }

  open(): void {
    if (this.#open !== undefined) return;
    const opened = new AbortController();
    this.#open = opened;
    this.#stopListening = this.#net.onOnline((online) => {
      for (const upstream of this.#running.values()) upstream.online(online);
    });
    void this.#begin(opened);
    this.#tellSoon();
  }

  close(): void {
    this.#open?.abort();
    this.#open = undefined;
    this.#cancelWait();
    this.#cancelList();
    this.#cancelStatus();
    this.#stopListening();
    for (const upstream of this.#running.values()) upstream.close();
    this.#running.clear();
    this.#absent.clear();
    this.#listings.clear();
    this.#board.tell(this.#channels.state('upstreams'), []);
  }

  serverBack(): void {
    const opened = this.#open;
    if (opened === undefined || this.#listings.size === 0) return;
    this.#cancelList();
    void this.#ask(opened, 1);
  }

  demand(name: ChannelName, wanted: boolean): void {
    if (name === 'hub') {
      this.#inspected = wanted;
      for (const upstream of this.#running.values()) upstream.inspectionChanged();
      return;
    }
    if (name.startsWith('events/tap/')) {
      for (const upstream of this.#running.values()) {
        const line = upstream.lineIds.find((id) => tapChannelOf(id) === name);
        if (line !== undefined) upstream.tap(line, wanted);
      }
      return;
    }
    const place = parseUpstreamChannel(name);
    if (place !== undefined) this.#running.get(place.upstream)?.demand(place.part, wanted);
  }

  async act(action: UpstreamAction): Promise<Outcome<unknown>> {
    if (action.do !== 'call') await this.#remembered;
    switch (action.do) {
      case 'stop':
      case 'start':
      case 'restart':
        return this.#byHand(action.do, action.id);
      case 'call':
        return (
          this.#running.get(action.upstream)?.call(action.name, action.args) ??
          refused('upstream-not-reachable', `"${action.upstream}" is not connected here`)
        );
      case 'add-feed':
        return this.#addFeed(action.feed);
      case 'remove-feed':
        return this.#removeFeed(action.id);
      case 'list-feeds':
        return { ok: true, value: this.#feeds };
    }
  }

  async #begin(opened: AbortController): Promise<void> {
    const recalled = this.#recall(opened);
    await Promise.race([recalled, this.#waited(REMEMBER_MS)]);
    if (!opened.signal.aborted) await this.#ask(opened, 1);
  }

  /** What is remembered is at work, also where it was remembered late. */
  async #recall(opened: AbortController): Promise<void> {
    await this.#remembered;
    if (opened.signal.aborted) return;
    this.#cancelWait();
    for (const feed of this.#feeds) this.#startFeed(feed);
    for (const id of this.#stopped) this.#running.get(id)?.act('stop', id);
  }

  #waited(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cancelWait = this.#env.schedule(ms, resolve);
    });
  }

  async #remember(): Promise<void> {
    const { store } = this.#env;
    const [feeds, stopped] = await Promise.all([store.setting('custom-feeds'), store.setting('stopped-upstreams')]);
    this.#feeds = feeds ?? [];
    this.#stopped = stopped ?? [];
  }

  /** Which upstreams there are, asked until our server says. */
  async #ask(opened: AbortController, attempt: number): Promise<void> {
    try {
      const deadline = AbortSignal.timeout(LIST_TIMEOUT_MS);
      const listing = await this.#net.list(AbortSignal.any([opened.signal, deadline]));
      if (!opened.signal.aborted) this.#listed(listing);
    } catch {
      if (opened.signal.aborted) return;
      // Why our server cannot be asked is told on the channel `relay`; here it only means: later.
      const waitMs = backoffMs(attempt, LIST_BACKOFF, () => this.#net.random());
      this.#cancelList = this.#env.schedule(waitMs, () => void this.#ask(opened, attempt + 1));
    }
  }

  #listed(listing: readonly UpstreamListing[]): void {
    for (const kind of this.#net.kinds) {
      const entry = listing.find(({ slug }) => slug === kind.id);
      const said = JSON.stringify(entry);
      if (this.#listings.get(kind.id) === said) continue;
      this.#listings.set(kind.id, said);
      this.#absent.delete(kind.id);
      if (entry?.configured === true) this.#start(kind, this.#placeOf(kind, entry));
      else {
        this.#end(kind.id);
        this.#absent.set(kind.id, absentRecord(kind, entry));
      }
    }
    this.#tellSoon();
  }

  #placeOf(kind: AdapterKind, entry: UpstreamListing): UpstreamPlace {
    return {
      base: new URL(entry.base, this.#net.origin).href,
      via: kind.id === 'redis' ? 'relay' : 'gateway',
      simulated: entry.simulated,
      name: entry.name ?? kind.name,
      custom: false,
    };
  }

  /** What it said goes with it: nothing of a simulator, or of a feed that was described otherwise, stays beside what comes now. */
  #end(id: UpstreamId): void {
    const upstream = this.#running.get(id);
    if (upstream === undefined) return;
    upstream.close();
    this.#running.delete(id);
    this.#channels.emptyUpstream(id);
  }

  #start(kind: AdapterKind, place: UpstreamPlace): void {
    this.#end(kind.id);
    const upstream = new RunningUpstream(kind, place, {
      env: this.#env,
      net: this.#net,
      channels: this.#channels,
      inspected: () => this.#inspected,
    });
    this.#running.set(kind.id, upstream);
    if (this.#stopped.includes(kind.id)) upstream.act('stop', kind.id);
    for (const name of this.#channels.wantedNames()) {
      if (parseUpstreamChannel(name)?.upstream === kind.id || name.startsWith('events/tap/')) this.demand(name, true);
    }
    if (this.#inspected) upstream.inspectionChanged();
  }

  async #byHand(act: 'stop' | 'start' | 'restart', id: string): Promise<Outcome> {
    const known = [...this.#running.values()].some((upstream) => upstream.act(act, id));
    if (!known) return refused('no-such-upstream', `there is no connection "${id}"`);
    if (this.#running.has(id)) this.#remembersStopped(id, act === 'stop');
    this.#tell();
    return done;
  }

  async #addFeed(feed: CustomFeed): Promise<Outcome> {
    if (!FEED_ID.test(feed.id)) return refused('bad-message', 'an id has 1 to 32 of a-z, 0-9 and -');
    if ((UPSTREAMS as readonly string[]).includes(feed.id)) return refused('conflict', `"${feed.id}" is taken`);
    const others = this.#feeds.filter(({ id }) => id !== feed.id);
    if (others.length >= MAX_FEEDS) return refused('limit-reached', `there are ${MAX_FEEDS} feeds already`);
    this.#feeds = [...others, feed];
    void this.#env.store.setSetting('custom-feeds', this.#feeds);
    if (this.#open !== undefined) this.#startFeed(feed);
    this.#tell();
    return done;
  }

  async #removeFeed(id: UpstreamId): Promise<Outcome> {
    if (!this.#feeds.some((feed) => feed.id === id)) return refused('no-such-upstream', `there is no feed "${id}"`);
    this.#feeds = this.#feeds.filter((feed) => feed.id !== id);
    void this.#env.store.setSetting('custom-feeds', this.#feeds);
    this.#end(id);
    this.#channels.dropUpstream(id);
    this.#remembersStopped(id, false);
    this.#tell();
    return done;
  }

  #remembersStopped(id: string, isStopped: boolean): void {
    this.#stopped = [...this.#stopped.filter((other) => other !== id), ...(isStopped ? [id] : [])];
    void this.#env.store.setSetting('stopped-upstreams', this.#stopped);
  }

  #startFeed(feed: CustomFeed): void {
    this.#start(this.#net.customKind(feed), {
      base: this.#net.origin,
      via: feed.url.startsWith('/') ? 'gateway' : 'direct',
      simulated: false,
      name: feed.name,
      custom: true,
    });
  }

  #tellSoon(): void {
    this.#cancelStatus();
    this.#cancelStatus = this.#env.schedule(0, () => this.#tell());
  }

  /** Looked at once a second, so that the last state is there at once when somebody begins to look. */
  #tell(): void {
    this.#cancelStatus();
    if (this.#open === undefined) return;
    const running = [...this.#running.values()].flatMap((upstream) => upstream.records());
    this.#board.tell(this.#channels.state('upstreams'), [...running, ...this.#absent]);
    this.#cancelStatus = this.#env.schedule(STATUS_EVERY_MS, () => this.#tell());
  }
}

function absentRecord(kind: AdapterKind, entry: UpstreamListing | undefined): UpstreamsRecord {
  return {
    t: 'upstream',
    id: kind.id,
    name: entry?.name ?? kind.name,
    via: 'none',
    simulated: false,
    custom: false,
    stopped: false,
    channels: [],
    counts: {},
    why: entry?.why ?? 'this server knows nothing of it',
  };
}

const done: Outcome = { ok: true, value: undefined };

const refused = (code: ErrorCode, message: string): { ok: false; error: { code: ErrorCode; message: string } } => ({
  ok: false,
  error: { code, message },
});
