import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { Clock } from '../clock.ts';

/** A publication is recognised for this long. */
export const KEY_MS = 600_000;
/** Keys that are remembered at once; beyond it the oldest go, even if they are younger. */
const MAX_KEYS = 65_536;

/** Keys of what was published lately, so that sending it again does not publish it again. */
export class IdempotencyKeys {
  readonly #clock: Clock;
  readonly #keys = new Map<string, { readonly cursor: Cursor; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(channel: ChannelName, key: string): Cursor | undefined {
    const known = this.#keys.get(`${channel} ${key}`);
    return known !== undefined && this.#clock.now() - known.at < KEY_MS ? known.cursor : undefined;
  }

  set(channel: ChannelName, key: string, cursor: Cursor): void {
    const at = this.#clock.now();
    const name = `${channel} ${key}`;
    // A key that ran out begins anew, behind all others.
    this.#keys.delete(name);
    this.#keys.set(name, { cursor, at });
    for (const [oldest, kept] of this.#keys) {
      if (this.#keys.size <= MAX_KEYS && at - kept.at < KEY_MS) break;
      this.#keys.delete(oldest);
    }
  }
}
