import type { ChannelName } from '../../src/contract/channel.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';

/** Who reads what on this server. */
export class Presence {
  readonly #channels = new Map<ChannelName, Map<object, () => RelayClient>>();
  /** Something changed on this channel. */
  onChange: (channel: ChannelName) => void = () => undefined;

  /** `who` is asked when somebody looks: names change. */
  enter(channel: ChannelName, session: object, who: () => RelayClient): void {
    const readers = this.#channels.get(channel) ?? new Map<object, () => RelayClient>();
    readers.set(session, who);
    this.#channels.set(channel, readers);
    this.onChange(channel);
  }

  leave(channel: ChannelName, session: object): void {
    const readers = this.#channels.get(channel);
    if (!readers?.delete(session)) return;
    if (readers.size === 0) this.#channels.delete(channel);
    this.onChange(channel);
  }

  count(channel: ChannelName): number {
    return this.#channels.get(channel)?.size ?? 0;
  }

  /** At most `most` of them. */
  who(channel: ChannelName, most: number): RelayClient[] {
    const found: RelayClient[] = [];
    for (const ask of this.#channels.get(channel)?.values() ?? []) {
      if (found.length >= most) break;
      found.push(ask());
    }
    return found;
  }

  channels(): Iterable<ChannelName> {
    return this.#channels.keys();
  }
}
