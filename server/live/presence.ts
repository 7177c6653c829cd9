import type { ChannelName } from '../../src/contract/channel.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';

/** Who reads what on this server. */
export class Presence {
  readonly #channels = new Map<ChannelName, Set<RelayClient>>();
  /** Something changed on this channel. */
  onChange: (channel: ChannelName) => void = () => undefined;

  /** The session itself is kept, since names change. */
  enter(channel: ChannelName, session: RelayClient): void {
    const readers = this.#channels.get(channel) ?? new Set<RelayClient>();
    readers.add(session);
    this.#channels.set(channel, readers);
    this.onChange(channel);
  }

  leave(channel: ChannelName, session: RelayClient): void {
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
    for (const { client, name } of this.#channels.get(channel) ?? []) {
      if (found.length >= most) break;
      found.push({ client, name });
    }
    return found;
  }

  channels(): Iterable<ChannelName> {
    return this.#channels.keys();
  }
}
