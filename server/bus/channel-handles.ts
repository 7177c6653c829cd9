import type { ChannelName } from '../../src/contract/channel.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Opened } from './bus.ts';

/** Who holds which channel open, and since when nobody does. */
export class ChannelHandles {
  readonly #now: () => EpochMs;
  readonly #open = new Map<ChannelName, number>();
  readonly #leftAt = new Map<ChannelName, EpochMs>();

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  open<C extends { readonly name: ChannelName }>(channel: C): Opened<C> {
    const { name } = channel;
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    this.#leftAt.delete(name);
    let isOpen = true;
    return {
      channel,
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (this.#open.get(name) ?? 1) - 1;
        if (left > 0) this.#open.set(name, left);
        else {
          this.#open.delete(name);
          this.#leftAt.set(name, this.#now());
        }
      },
    };
  }

  isOpen(name: ChannelName): boolean {
    return this.#open.has(name);
  }

  /** Channels that were open once and are not now, the one that was left first before the others. */
  left(): Iterable<readonly [ChannelName, EpochMs]> {
    return this.#leftAt;
  }

  wasLeft(name: ChannelName): boolean {
    return this.#leftAt.has(name);
  }

  /** The channel itself is gone. */
  forget(name: ChannelName): void {
    this.#leftAt.delete(name);
  }
}
