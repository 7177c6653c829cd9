import type { ChannelName } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import type { Bus, NodeId, Opened, StateChannel } from '../bus.ts';
import type { StreamId } from './stream-id.ts';

const CHANNEL: ChannelName = 'feed-leaders';
const TICK_MS = 500;
const RENEW_MS = 1_000;
const LEASE_MS = 3_000;
/** The leader stops this much earlier than others may begin: clocks of processes do not run alike, and timers come late. */
const MARGIN_MS = 700;
const NOBODY: NodeId = '';
/** How far streams were read outlives all servers for so long. Who leads is told by renewals, not by this. */
const KEPT_MS = 86_400_000;

/** In the state channel, by the source's name. */
interface LeaderRecord {
  /** Empty: it stopped, and whoever is there may begin. */
  readonly node: NodeId;
  readonly at: EpochMs;
  /** How far each stream was read. */
  readonly positions: Readonly<Record<string, StreamId>>;
}

/** Who read the source before, and how far. */
export type Predecessor = Pick<LeaderRecord, 'at' | 'positions'>;

export interface LeaderHooks {
  readonly onLead: (before: Predecessor | undefined) => void;
  readonly onStandBy: () => void;
}

/**
 * Of several servers on one bus, one reads each source. It holds a key of `feed-leaders` by renewing it, each time only if nobody else
 * has changed it, and stops by itself when it could not for too long.
 * ```text
 *  standing by ── no key ──▶ claimed ── still mine at the next tick, renewed ──▶ leading
 *       ▲  └──── its leader not heard of for 3 s, lost or stopped: renewed ───────▶   │
 *       └───────── somebody else's key, or not renewed for 2.3 s ◀────────────────────┘
 * ```
 * With the memory engine this process is alone and leads from the start.
 */
export class FeedLeader {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #source: string;
  readonly #hooks: LeaderHooks;
  #opened: Opened<StateChannel> | undefined;
  #stops: (() => void)[] = [];
  #cancelTick: () => void = () => undefined;
  #isClosed = false;
  #isLeading = false;
  #isPutting = false;
  #renewedAt: EpochMs = 0;
  #claimedAt: EpochMs | undefined;
  #seen: { readonly offset: number | undefined; readonly at: EpochMs } = { offset: undefined, at: 0 };
  #before: Predecessor | undefined;
  /** Servers that are known to be gone. */
  readonly #lost = new Set<NodeId>();
  #positions: Readonly<Record<string, StreamId>> = {};

  constructor(bus: Bus, clock: Clock, source: string, hooks: LeaderHooks) {
    this.#bus = bus;
    this.#clock = clock;
    this.#source = source;
    this.#hooks = hooks;
    if (bus.engine === 'memory') this.#lead();
    else void this.#open();
  }

  /** Whether this server may publish what it reads. */
  get isLeading(): boolean {
    return this.#isLeading && (this.#bus.engine === 'memory' || this.#isRenewed());
  }

  keep(positions: Readonly<Record<string, StreamId>>): void {
    this.#positions = positions;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTick();
    for (const stop of this.#stops) stop();
    if (this.#isLeading && this.#opened !== undefined) {
      // So that another can begin at once, and where this one has left off.
      const record: LeaderRecord = { node: NOBODY, at: this.#clock.now(), positions: this.#positions };
      const ifOffset = this.#opened.channel.offsetOf(this.#source);
      this.#bus.put(CHANNEL, this.#source, record, { ttlMs: KEPT_MS, ifOffset });
    }
    this.#opened?.close();
    this.#isLeading = false;
  }

  async #open(): Promise<void> {
    const opened = await this.#bus.openState(CHANNEL).catch(() => undefined);
    if (this.#isClosed) return opened?.close();
    if (opened === undefined) {
      // The bus is down; it tells so itself.
      this.#cancelTick = this.#clock.schedule(TICK_MS, () => void this.#open());
      return;
    }
    this.#opened = opened;
    this.#seen = { offset: opened.channel.offsetOf(this.#source), at: this.#clock.now() };
    this.#stops = [
      opened.channel.onChange(() => this.#look(opened.channel)),
      this.#bus.peers.onLost((node) => {
        this.#lost.add(node);
        this.#look(opened.channel);
      }),
    ];
    const tick = () => {
      this.#cancelTick = this.#clock.schedule(TICK_MS, tick);
      this.#look(opened.channel);
    };
    tick();
  }

  #look(channel: StateChannel): void {
    if (this.#isClosed) return;
    const now = this.#clock.now();
    const offset = channel.offsetOf(this.#source);
    const record = channel.get(this.#source) as LeaderRecord | undefined;
    if (offset !== this.#seen.offset || now < this.#seen.at) this.#seen = { offset, at: now };
    const isMine = record?.node === this.#bus.node;
    if (record !== undefined && !isMine) this.#before = { at: record.at, positions: record.positions };
    if (this.#isLeading) {
      if (!this.#isRenewed() || (record !== undefined && !isMine)) this.#standBy();
      else if (now - this.#renewedAt >= RENEW_MS) this.#put(offset);
    } else if (record === undefined) {
      if (this.#claimedAt === undefined || now - this.#claimedAt >= RENEW_MS) {
        this.#claimedAt = now;
        this.#put(undefined);
      }
    } else if (isMine) {
      // Two may have claimed at once: the later one's key stands, and only who finds their own after a while goes on.
      if (this.#claimedAt === undefined || now - this.#claimedAt >= TICK_MS) this.#put(offset);
    } else if (record.node === NOBODY || now - this.#seen.at > LEASE_MS || this.#lost.has(record.node))
      this.#put(offset);
  }

  /** Renews, or takes over, if the key is still as it was at `offset`. undefined: claims one that is not there. */
  #put(offset: number | undefined): void {
    if (this.#isPutting) return;
    this.#isPutting = true;
    const at = this.#clock.now();
    const record: LeaderRecord = {
      node: this.#bus.node,
      at,
      positions: this.#isLeading ? this.#positions : (this.#before?.positions ?? {}),
    };
    this.#bus.put(CHANNEL, this.#source, record, {
      ttlMs: KEPT_MS,
      ifOffset: offset,
      onDone: ({ ok }) => {
        this.#isPutting = false;
        if (!ok || offset === undefined || this.#isClosed) return;
        this.#renewedAt = at;
        if (!this.#isLeading && this.#isRenewed()) this.#lead();
      },
    });
  }

  #isRenewed(): boolean {
    // A wall clock that was set back would make an old renewal look new.
    const ageMs = this.#clock.now() - this.#renewedAt;
    return ageMs > -RENEW_MS && ageMs <= LEASE_MS - MARGIN_MS;
  }

  #lead(): void {
    this.#isLeading = true;
    this.#hooks.onLead(this.#before);
  }

  #standBy(): void {
    this.#isLeading = false;
    this.#claimedAt = undefined;
    this.#before = { at: this.#renewedAt, positions: this.#positions };
    this.#hooks.onStandBy();
  }
}
