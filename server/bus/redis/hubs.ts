import { type ChannelName, channelKind, openChannelKind } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import { LogHub } from './log-hub.ts';
import type { Shared } from './shared.ts';
import { StateHub } from './state-hub.ts';

type Hub = LogHub | StateHub;

/** With all channels in use, it is not looked sooner again whether one is not any more. */
const FULL_MS = 1_000;

/**
 * The channels that are known in this server, at most `maxChannels`; Hyphae's own count, and are never refused. One that is not in use is
 * forgotten: all there is to know of it is in Redis.
 */
export class Hubs {
  /** What to say when there is no room. */
  readonly full: string;
  readonly #shared: Shared;
  readonly #logs = new Map<ChannelName, LogHub>();
  readonly #states = new Map<ChannelName, StateHub>();
  readonly #topics = new Map<string, Hub>();
  /** When all were found to be in use. */
  #fullAt: number | undefined;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.full = `maxChannels: ${shared.options.maxChannels} channels are in use`;
  }

  get size(): number {
    return this.#topics.size;
  }

  get logs(): Iterable<LogHub> {
    return this.#logs.values();
  }

  get states(): Iterable<StateHub> {
    return this.#states.values();
  }

  all(): Hub[] {
    return [...this.#topics.values()];
  }

  ofTopic(topic: string): Hub | undefined {
    return this.#topics.get(topic);
  }

  /** One that is here already. */
  known(channel: ChannelName): Hub | undefined {
    return this.#logs.get(channel) ?? this.#states.get(channel);
  }

  /** @throws RangeError for a name that is none of a log channel. */
  logOf(channel: ChannelName): LogHub {
    return this.#logs.get(channel) ?? this.#add(this.#logs, new LogHub(channel, this.#shared));
  }

  /** @throws RangeError for a name that is none of a state channel. */
  stateOf(channel: ChannelName): StateHub {
    return this.#states.get(channel) ?? this.#add(this.#states, new StateHub(channel, this.#shared));
  }

  of(channel: ChannelName): Hub {
    return channelKind(channel) === 'state' ? this.stateOf(channel) : this.logOf(channel);
  }

  /** Whether this channel may be used here, in place of others that are not in use if need be. */
  hasRoomFor(channel: ChannelName): boolean {
    const { options, clock } = this.#shared;
    if (this.size < options.maxChannels || openChannelKind(channel) === undefined || this.known(channel) !== undefined)
      return true;
    const now = clock.now();
    if (this.#fullAt !== undefined && Math.abs(now - this.#fullAt) < FULL_MS) return false;
    // All of them: looking for one each time would cost most when somebody comes with ever new names.
    for (const hub of this.all()) if (!hub.isInUse(now) && !(isOwn(hub) && hub.away !== undefined)) this.#forget(hub);
    const hasRoom = this.size < options.maxChannels;
    this.#fullAt = hasRoom ? undefined : now;
    return hasRoom;
  }

  /** The last reader of a channel left: there may be room. */
  onLeft(): void {
    this.#fullAt = undefined;
  }

  /** Called often: forgets what is not in use and has no copy any more. */
  sweep(now: EpochMs): void {
    for (const hub of this.#topics.values()) {
      if (hub.isOpen || hub.isInUse(now)) continue;
      // What we know of our own is of use while Redis is away. Of others there may be ever new ones.
      if (!isOwn(hub) || now - hub.usedAt >= this.#shared.options.historyMs) this.#forget(hub);
    }
  }

  #add<H extends Hub>(kind: Map<ChannelName, H>, hub: H): H {
    kind.set(hub.name, hub);
    this.#topics.set(hub.names.topic, hub);
    return hub;
  }

  #forget(hub: Hub): void {
    hub.forget();
    this.#logs.delete(hub.name);
    this.#states.delete(hub.name);
    this.#topics.delete(hub.names.topic);
  }
}

const isOwn = ({ name }: Hub): boolean => openChannelKind(name) === undefined;
