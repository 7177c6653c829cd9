import type { Gap } from '../../../src/contract/channel.ts';
import type { Counted } from '../../../src/contract/upstream/status.ts';
import type { Sourced } from '../../../src/contract/upstream/upstream.ts';
import type { Out, Rows } from '../../../src/upstreams/out.ts';
import type { LineEnv } from './line-env.ts';
import type { LineTap } from './line-tap.ts';

/** What an `Out` tells its connection. */
export interface OutWatcher {
  /** So many records came; `record` is one of them. */
  onRecords(count: number, record?: object): void;
  onCounted(what: Counted, reason: string, excerpt: string | undefined): void;
}

/** The hub's `Out`, bound to one connection: whatever goes through it is that connection's record. */
export class LineOut implements Out {
  readonly #env: LineEnv;
  readonly #tap: LineTap;
  readonly #watcher: OutWatcher;

  constructor(env: LineEnv, tap: LineTap, watcher: OutWatcher) {
    this.#env = env;
    this.#tap = tap;
    this.#watcher = watcher;
  }

  put(part: string, key: string, record: object): void {
    this.#watcher.onRecords(1, record);
    if (this.#tap.collects) this.#tap.result({ is: 'put', channel: this.#env.channelOf(part), key, record });
    this.#env.out.put(part, key, record);
  }

  remove(part: string, keys: readonly string[]): void {
    if (this.#tap.collects) {
      const channel = this.#env.channelOf(part);
      for (const key of keys) this.#tap.result({ is: 'remove', channel, key });
    }
    this.#env.out.remove(part, keys);
  }

  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    // "There are none" is no record, and news all the same.
    this.#watcher.onRecords(entries.length);
    if (this.#tap.collects) {
      const record = Object.fromEntries(entries.slice(0, 20));
      this.#tap.result({ is: 'replace', channel: this.#env.channelOf(part), record });
    }
    this.#env.out.replace(part, entries);
  }

  event(part: string, record: object): void {
    this.#watcher.onRecords(1, record);
    if (this.#tap.collects) this.#tap.result({ is: 'event', channel: this.#env.channelOf(part), record });
    this.#env.out.event(part, record);
  }

  rows(part: string, rows: Rows): void {
    this.#watcher.onRecords(rows.times.length);
    if (this.#tap.collects) {
      const record = { series: rows.series, rows: rows.times.length };
      this.#tap.result({ is: 'rows', channel: this.#env.channelOf(part), record });
    }
    this.#env.out.rows(part, rows);
  }

  gap(part: string, gap: Gap): void {
    if (this.#tap.collects) this.#tap.result({ is: 'gap', channel: this.#env.channelOf(part), record: gap });
    this.#env.out.gap(part, gap);
  }

  count(what: Counted, reason: string, excerpt?: string): void {
    this.#watcher.onCounted(what, reason, excerpt);
    if (this.#tap.collects) this.#tap.result({ is: what, reason });
    this.#env.out.count(what, reason, excerpt);
  }
}

/** The source's own time of a record, where it can be believed. */
export const sourceTimeOf = (record: Partial<Sourced>): number | undefined =>
  record.atFrom === 'source' ? record.at : undefined;
