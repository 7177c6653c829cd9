import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import type { Bus } from '../bus.ts';
import type { Feed, FeedComplaint } from './feed.ts';
import type { FeedsConfig, SourceConfig } from './feed-config.ts';
import { FeedIndex, listingOf } from './feed-index.ts';
import { FeedLeader, type Predecessor } from './feed-leader.ts';
import { type FeedCount, type FeedState, type FeedStats, FeedTally } from './feed-stats.ts';
import { FeedTarget } from './feed-target.ts';
import { PubSubFeed, runPubSub } from './pubsub-feeds.ts';
import { type OpenLink, RedisLink, sleep } from './redis-link.ts';
import { runSnapshots, SnapshotFeed } from './snapshot-feeds.ts';
import { runTails, TailFeed } from './tail-feeds.ts';

export interface FeedHooks {
  /** `from` is the pattern or stream as configured, so that there are only so many labels. */
  readonly count?: (source: string, from: string, what: FeedCount, n: number) => void;
  /** At most every 10 s per feed. The excerpt is foreign text: quote it. */
  readonly log?: (complaint: FeedComplaint) => void;
}

export interface Feeds {
  /** One line per configured feed. */
  stats(): readonly FeedStats[];
  close(): Promise<void>;
}

/**
 * Reads foreign Redis servers into channels of the bus, and never writes there. With several servers on the bus, one of them reads each
 * source; the others stand by.
 */
export function openFeeds(config: FeedsConfig, bus: Bus, clock: Clock, hooks: FeedHooks = {}): Feeds {
  const targets = new Map<string, FeedTarget>();
  const targetOf = (to: string): FeedTarget => {
    const target = targets.get(to) ?? new FeedTarget(bus, clock, to);
    targets.set(to, target);
    return target;
  };
  const sources = config.sources.map((source) => new Source(source, bus, clock, hooks, targetOf));
  const stats = () => sources.flatMap((source) => source.stats());
  const index = new FeedIndex(bus, clock, () => stats().map((each) => listingOf(each, clock.now(), false)));
  return {
    stats,
    close: async () => {
      index.close();
      await Promise.all(sources.map((source) => source.close()));
    },
  };
}

const BUS_RETRY_MS = 1_000;
const NEVER = new AbortController().signal;

/** One foreign Redis: up to three connections (channels, tails, snapshots), while this server leads. */
class Source {
  readonly #how: SourceConfig;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #channels: readonly PubSubFeed[];
  readonly #tails: readonly TailFeed[];
  readonly #snapshots: readonly SnapshotFeed[];
  readonly #leader: FeedLeader;
  #links: readonly RedisLink[] = [];
  /** Of the time that this server leads; a start that comes too late finds another one. */
  #term = 0;

  constructor(how: SourceConfig, bus: Bus, clock: Clock, hooks: FeedHooks, targetOf: (to: string) => FeedTarget) {
    this.#how = how;
    this.#bus = bus;
    this.#clock = clock;
    const log = (complaint: FeedComplaint) => hooks.log?.(complaint);
    const parts = (from: string, to: string) => {
      const count = (what: FeedCount, n: number) => hooks.count?.(how.name, from, what, n);
      const tally = new FeedTally({ source: how.name, from, to }, count);
      return { tally, target: targetOf(to), clock, log, isOurs: () => this.#leader.isLeading };
    };
    this.#channels = how.channels.map((feed) => new PubSubFeed(feed, parts(feed.pattern, feed.to)));
    const streams = (kind: 'tail' | 'snapshot') => how.streams.filter((feed) => feed.how === kind);
    this.#tails = streams('tail').map((feed) => new TailFeed(feed, parts(feed.key, feed.to)));
    this.#snapshots = streams('snapshot').map((feed) => new SnapshotFeed(feed, parts(feed.key, feed.to)));
    // Told from the constructor when there is nobody to ask; everything it needs is there by now.
    this.#leader = new FeedLeader(bus, clock, how.name, {
      onLead: (before) => void this.#start(before),
      onStandBy: () => this.#standBy(),
    });
  }

  get #feeds(): readonly Feed[] {
    return [...this.#channels, ...this.#tails, ...this.#snapshots];
  }

  stats(): readonly FeedStats[] {
    return this.#feeds.map((feed) => feed.tally.stats(this.#clock.now()));
  }

  async close(): Promise<void> {
    this.#term++;
    await this.#stop({ is: 'closed' });
    // Only now: another server may begin as soon as it hears.
    this.#leader.close();
  }

  async #start(before: Predecessor | undefined): Promise<void> {
    const term = ++this.#term;
    for (const feed of this.#feeds) feed.state({ is: 'connecting' });
    for (const feed of this.#tails) feed.last = before?.positions[feed.key] ?? feed.last;
    while (term === this.#term && !(await this.#prepare(before))) await sleep(this.#clock, BUS_RETRY_MS, NEVER);
    if (term !== this.#term) return;
    this.#links = [
      ...this.#link(this.#channels, (link) => runPubSub(link, this.#channels, this.#clock)),
      ...this.#link(this.#tails, (link) => runTails(link, this.#tails, this.#clock, () => this.#keepPositions())),
      ...this.#link(this.#snapshots, (link) => runSnapshots(link, this.#snapshots, this.#clock)),
    ];
  }

  /** False: the bus cannot be asked now. */
  async #prepare(before: Predecessor | undefined): Promise<boolean> {
    try {
      await Promise.all(this.#feeds.map((feed) => this.#expectGap(feed, before)));
      await Promise.all(this.#snapshots.map((feed) => feed.remember(this.#bus)));
      return true;
    } catch {
      // The bus tells its own health; here it only means to ask again.
      return false;
    }
  }

  /** Whoever read before has left off somewhere: another server, or this one's earlier life on a bus that outlived it. */
  async #expectGap(feed: Feed, before: Predecessor | undefined): Promise<void> {
    if (before !== undefined) return feed.lost('owner-changed', Math.min(before.at, this.#clock.now()));
    const { channel, kind } = feed.target;
    if (kind === 'state' || !(await this.#bus.exists(channel))) return;
    const opened = await this.#bus.openLog(channel);
    feed.lost('link-lost', opened.channel.entry(opened.channel.nextSeq - 1)?.at ?? this.#clock.now());
    opened.close();
  }

  #link(feeds: readonly Feed[], run: (link: OpenLink) => Promise<void>): RedisLink[] {
    if (feeds.length === 0) return [];
    const each = (state: FeedState) => {
      for (const feed of feeds) feed.state(state);
    };
    let isFirst = true;
    const onLost = (why: string, isRefusal: boolean, at: EpochMs, heardAt: EpochMs | undefined) => {
      each(isRefusal ? { is: 'refused', why } : { is: 'retrying', at, why });
      if (heardAt !== undefined)
        for (const feed of feeds) feed.lost('link-lost', Math.max(heardAt, feed.tally.lastAt ?? 0));
    };
    const onConnecting = () => {
      if (isFirst) each({ is: 'connecting' });
      else for (const feed of feeds) feed.tally.count('reconnect');
      isFirst = false;
    };
    return [new RedisLink({ address: this.#how, clock: this.#clock, run, onConnecting, onLost })];
  }

  #keepPositions(): void {
    this.#leader.keep(
      Object.fromEntries(this.#tails.flatMap(({ key, last }) => (last === undefined ? [] : [[key, last]]))),
    );
  }

  #standBy(): void {
    this.#term++;
    void this.#stop({ is: 'standby' });
  }

  async #stop(state: FeedState): Promise<void> {
    const links = this.#links;
    this.#links = [];
    await Promise.all(links.map((link) => link.close()));
    for (const feed of this.#feeds) feed.state(state);
  }
}
