import type { ChannelName } from '../../src/contract/channel.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { Bus, NodeId, Opened, StateChannel } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Presence } from './presence.ts';

/** One server's word about one channel, under the key `<node> <channel>`. */
interface Word {
  readonly node: NodeId;
  readonly channel: ChannelName;
  readonly count: number;
  readonly clients: readonly RelayClient[];
}

export interface PresentClient extends RelayClient {
  readonly node: NodeId;
}

const MAX_NAMED = 100;
/** A channel's readers are told to the other servers at most this often. */
const TELL_MS = 500;

/**
 * Who reads what on all servers. Each server tells its own readers with a lease: what a server said vanishes when the server does.
 */
export class SharedPresence {
  readonly #local: Presence;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #changed = new Set<ChannelName>();
  readonly #told = new Set<ChannelName>();
  #opened: Opened<StateChannel> | undefined;
  #cancelTell: (() => void) | undefined;
  #cancelRenew: () => void = () => undefined;

  constructor(local: Presence, bus: Bus, clock: Clock, leaseMs: number) {
    this.#local = local;
    this.#bus = bus;
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  async start(): Promise<void> {
    this.#opened = await this.#bus.openState('presence');
    this.#local.onChange = (channel) => this.#note(channel);
    this.#renew();
  }

  of(channel: ChannelName): { readonly count: number; readonly clients: readonly PresentClient[] } {
    let count = this.#local.count(channel);
    const node = this.#bus.node;
    const clients = this.#local.who(channel, MAX_NAMED).map((client) => ({ ...client, node }));
    for (const [, record] of this.#opened?.channel.entries() ?? []) {
      const word = record as Word;
      // What we said ourselves may be half a second old.
      if (word.channel !== channel || word.node === node) continue;
      count += word.count;
      clients.push(...word.clients.map((client) => ({ ...client, node: word.node })));
    }
    return { count, clients };
  }

  close(): void {
    this.#cancelTell?.();
    this.#cancelRenew();
    this.#local.onChange = () => undefined;
    for (const channel of this.#told) this.#bus.del('presence', this.#key(channel));
    this.#opened?.close();
  }

  #note(channel: ChannelName): void {
    this.#changed.add(channel);
    this.#cancelTell ??= this.#clock.schedule(TELL_MS, () => {
      this.#cancelTell = undefined;
      for (const one of this.#changed) this.#tell(one);
      this.#changed.clear();
    });
  }

  #renew(): void {
    this.#cancelRenew = this.#clock.schedule(this.#leaseMs / 3, () => {
      for (const channel of this.#local.channels()) this.#tell(channel);
      this.#renew();
    });
  }

  #tell(channel: ChannelName): void {
    const count = this.#local.count(channel);
    if (count === 0) {
      if (this.#told.delete(channel)) this.#bus.del('presence', this.#key(channel));
      return;
    }
    this.#told.add(channel);
    const clients = this.#local.who(channel, MAX_NAMED);
    const word: Word = { node: this.#bus.node, channel, count, clients };
    this.#bus.put('presence', this.#key(channel), word, { ttlMs: this.#leaseMs });
  }

  #key(channel: ChannelName): string {
    return `${this.#bus.node} ${channel}`;
  }
}
