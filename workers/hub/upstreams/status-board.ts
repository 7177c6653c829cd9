import type { UpstreamsRecord } from '../../../src/contract/upstream/status.ts';
import type { StateChannel } from '../state-channel.ts';

/**
 * How every upstream is, told only where it changed: with 80 connections at rest and ten tabs, telling everything took 5 ms of each second
 * here, and each tab drew all of it anew.
 */
export class StatusBoard {
  readonly #told = new Map<string, string>();

  tell(channel: StateChannel | undefined, entries: readonly (readonly [key: string, record: UpstreamsRecord])[]): void {
    const gone = new Set(this.#told.keys());
    const news = entries.filter(([key, record]) => {
      gone.delete(key);
      const said = JSON.stringify(record);
      if (this.#told.get(key) === said) return false;
      this.#told.set(key, said);
      return true;
    });
    for (const key of gone) this.#told.delete(key);
    channel?.delete([...gone]);
    channel?.put(news);
  }
}
