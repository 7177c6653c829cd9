import { type ChannelName, type Cursor, channelKind, parseBoardChannel } from '../../src/contract/channel.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import { CREP_MOST_KEYS } from '../../src/contract/upstream/crep.ts';
import { parseUpstreamChannel, type UpstreamId } from '../../src/contract/upstream/upstream.ts';
import { EventsChannel } from './events-channel.ts';
import type { HubEnv } from './hub-env.ts';
import type { Reader, ReadOptions } from './reader.ts';
import { SamplesChannel } from './samples-channel.ts';
import { STATE_MAX_KEYS, StateChannel } from './state-channel.ts';

export type Channel = EventsChannel | StateChannel | SamplesChannel;

/** Nobody looks any more, but may again in a moment: navigation should cost nothing. */
export const GRACE_MS = 5_000;
/** More than 250 boards. */
const MAX_CHANNELS = 1_024;

/** Told when somebody begins to look at a channel, and when nobody has for the grace time. */
export type DemandListener = (channel: ChannelName, wanted: boolean, have: Cursor | undefined) => void;

/** All channels of one hub. They come into being when somebody reads or writes them. */
export class Channels {
  readonly epoch: string;
  readonly #env: HubEnv;
  readonly #channels = new Map<ChannelName, Channel>();
  /** Of boards that are gone, while somebody still reads them: a board that comes back goes on where its readers are. */
  readonly #dropped = new Set<ChannelName>();
  readonly #looking = new Map<ChannelName, { count: number; cancelGrace: (() => void) | undefined }>();
  readonly #onDemand: DemandListener;

  constructor(epoch: string, env: HubEnv, onDemand: DemandListener) {
    this.epoch = epoch;
    this.#env = env;
    this.#onDemand = onDemand;
  }

  all(): Iterable<Channel> {
    return this.#channels.values();
  }

  events(name: ChannelName): EventsChannel | undefined {
    const channel = this.#openToWrite(name);
    return channel?.kind === 'events' ? channel : undefined;
  }
  state(name: ChannelName): StateChannel | undefined {
    const channel = this.#openToWrite(name);
    return channel?.kind === 'state' ? channel : undefined;
  }
  samples(name: ChannelName): SamplesChannel | undefined {
    const channel = this.#openToWrite(name);
    return channel?.kind === 'samples' ? channel : undefined;
  }

  wanted(name: ChannelName): boolean {
    return this.#looking.has(name);
  }
  /** Channels that somebody looks at, or did within the grace time. */
  wantedNames(): readonly ChannelName[] {
    return [...this.#looking.keys()];
  }
  subsOf(name: ChannelName): number {
    return this.#channels.get(name)?.subs ?? 0;
  }
  epochOf(name: ChannelName): string | undefined {
    return this.#channels.get(name)?.epoch;
  }
  cursor(name: ChannelName): Cursor | undefined {
    const channel = this.#channels.get(name);
    return channel === undefined || channel.kept === 0 ? undefined : { epoch: channel.epoch, offset: channel.next };
  }

  /** Reads a channel, live; undefined when there can be no such channel. Counts as looking at it until closed. */
  read(name: ChannelName, options: ReadOptions): Reader | undefined {
    const channel = this.#open(name);
    if (channel === undefined) return undefined;
    const reader = channel.read(options);
    this.#look(name);
    let closed = false;
    return {
      get pending() {
        return reader.pending;
      },
      take: () => reader.take(),
      close: () => {
        if (closed) return;
        closed = true;
        reader.close();
        if (channel.subs === 0 && this.#dropped.delete(name)) this.#channels.delete(name);
        this.#lookAway(name);
      },
    };
  }

  /** Forgets a board's channels, each with its last reader. */
  dropBoard(board: BoardId): void {
    this.#drop((name) => parseBoardChannel(name)?.board === board);
  }

  /** Forgets what an upstream filled, each channel with its last reader. */
  dropUpstream(id: UpstreamId): void {
    this.#drop((name) => parseUpstreamChannel(name)?.upstream === id);
  }

  /** What an upstream said is not so any more: its states are empty, and in its logs and curves a mark tells that another one begins. */
  emptyUpstream(id: UpstreamId): void {
    const nowMs = this.#env.now();
    for (const channel of this.#channels.values()) {
      if (parseUpstreamChannel(channel.name)?.upstream !== id) continue;
      if (channel.kind === 'state') channel.replace([]);
      else if (channel.kept > 0) channel.gap({ why: 'epoch-changed', count: undefined, fromMs: nowMs, toMs: nowMs });
    }
  }

  #drop(whose: (name: ChannelName) => boolean): void {
    for (const [name, { subs }] of this.#channels) {
      if (!whose(name)) continue;
      if (subs === 0) this.#channels.delete(name);
      else this.#dropped.add(name);
    }
  }

  #openToWrite(name: ChannelName): Channel | undefined {
    this.#dropped.delete(name);
    return this.#open(name);
  }

  #open(name: ChannelName): Channel | undefined {
    const existing = this.#channels.get(name);
    if (existing !== undefined) return existing;
    const channel = makeChannel(name, this.epoch, this.#env);
    if (channel === undefined) return undefined;
    if (this.#channels.size >= MAX_CHANNELS && !this.#dropOneEmpty() && !this.#dropOneUnread()) return undefined;
    this.#channels.set(name, channel);
    return channel;
  }

  #dropOneEmpty(): boolean {
    for (const [name, channel] of this.#channels) {
      if (channel.kept === 0 && channel.subs === 0) return this.#channels.delete(name);
    }
    return false;
  }

  /** Of an upstream, the one that is there longest and that nobody reads: a board or a reader must not go without for it. */
  #dropOneUnread(): boolean {
    for (const [name, { subs }] of this.#channels)
      if (subs === 0 && parseUpstreamChannel(name) !== undefined) return this.#channels.delete(name);
    return false;
  }

  #look(name: ChannelName): void {
    const look = this.#looking.get(name);
    if (look !== undefined) {
      look.count += 1;
      look.cancelGrace?.();
      look.cancelGrace = undefined;
      return;
    }
    this.#looking.set(name, { count: 1, cancelGrace: undefined });
    this.#onDemand(name, true, this.cursor(name));
  }

  #lookAway(name: ChannelName): void {
    const look = this.#looking.get(name);
    if (look === undefined) return;
    look.count -= 1;
    if (look.count > 0) return;
    look.cancelGrace = this.#env.schedule(GRACE_MS, () => {
      this.#looking.delete(name);
      this.#onDemand(name, false, undefined);
    });
  }
}

function makeChannel(name: ChannelName, epoch: string, env: HubEnv): Channel | undefined {
  switch (channelKind(name)) {
    case 'events':
      return new EventsChannel(name, epoch, env.now);
    case 'state':
      return new StateChannel(name, epoch, maxKeysOf(name));
    case 'samples':
      return new SamplesChannel(name, epoch, env.now);
    case undefined:
      return undefined;
  }
}

/** A map of the world has more on it than a lab. */
const maxKeysOf = (name: ChannelName): number =>
  parseUpstreamChannel(name)?.upstream === 'crep' ? CREP_MOST_KEYS : STATE_MAX_KEYS;
