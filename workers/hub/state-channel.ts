import type { ChannelName } from '../../src/contract/channel.ts';
import { approximateBytes } from '../../src/lib/approximate-bytes.ts';
import { NOTHING_TAKEN, type Reader, type ReadOptions, type Taken } from './reader.ts';

/** Unless a channel is made for more. */
export const STATE_MAX_KEYS = 10_000;

/** The latest record per key. When there are too many keys, the one that changed longest ago goes (told as a deletion, counted). */
export class StateChannel {
  readonly kind = 'state';
  readonly name: ChannelName;
  epoch: string;
  /** Changes so far. */
  next = 0;
  /** Keys that went because there were too many. */
  trimmed = 0;
  /** In the order of their last change. */
  readonly #records = new Map<string, unknown>();
  readonly #readers = new Set<StateReader>();
  readonly #maxKeys: number;

  constructor(name: ChannelName, epoch: string, maxKeys: number = STATE_MAX_KEYS) {
    this.name = name;
    this.epoch = epoch;
    this.#maxKeys = maxKeys;
  }

  get subs(): number {
    return this.#readers.size;
  }
  get kept(): number {
    return this.#records.size;
  }
  get keptBytes(): number {
    return approximateBytes([...this.#records.values()]);
  }

  get(key: string): unknown {
    return this.#records.get(key);
  }

  put(puts: readonly (readonly [key: string, record: unknown])[]): void {
    for (const [key, record] of puts) {
      this.#records.delete(key);
      this.#records.set(key, record);
      this.#changed(key);
    }
    for (const key of this.#records.keys()) {
      if (this.#records.size <= this.#maxKeys) break;
      this.trimmed += 1;
      this.delete([key]);
    }
  }

  delete(keys: readonly string[]): void {
    for (const key of keys) if (this.#records.delete(key)) this.#changed(key);
  }

  /** Everything at once: keys that are not in it go. */
  replace(puts: readonly (readonly [key: string, record: unknown])[]): void {
    const stay = new Set(puts.map(([key]) => key));
    this.delete([...this.#records.keys()].filter((key) => !stay.has(key)));
    this.put(puts);
  }

  read(options: ReadOptions): Reader {
    const reader = new StateReader(this.#records, this.#maxKeys, options, (it) => this.#readers.delete(it));
    this.#readers.add(reader);
    return reader;
  }

  #changed(key: string): void {
    this.next += 1;
    for (const reader of this.#readers) reader.changed(key);
  }
}

class StateReader implements Reader {
  readonly #records: ReadonlyMap<string, unknown>;
  readonly #maxKeys: number;
  readonly #options: ReadOptions;
  readonly #onClose: (reader: StateReader) => void;
  /** Changed since the last take; no more than the keys there are, and were since then. */
  readonly #dirty = new Set<string>();
  #conflated = 0;
  #fresh = true;

  constructor(
    records: ReadonlyMap<string, unknown>,
    maxKeys: number,
    options: ReadOptions,
    onClose: (reader: StateReader) => void,
  ) {
    this.#records = records;
    this.#maxKeys = maxKeys;
    this.#options = options;
    this.#onClose = onClose;
  }

  get pending(): boolean {
    return this.#fresh || this.#dirty.size > 0;
  }

  changed(key: string): void {
    // Before the snapshot is taken every change is in it.
    if (this.#fresh) return;
    if (this.#dirty.has(key)) this.#conflated += 1;
    else if (this.#dirty.size < 2 * this.#maxKeys) this.#dirty.add(key);
    else this.#startOver();
    this.#options.wake();
  }

  take(): Taken {
    if (!this.pending) return NOTHING_TAKEN;
    const { sub } = this.#options;
    const conflated = this.#conflated;
    const puts: (readonly [string, unknown])[] = [];
    const dels: string[] = [];
    for (const key of this.#fresh ? this.#records.keys() : this.#dirty) {
      if (this.#records.has(key)) puts.push([key, this.#records.get(key)]);
      else dels.push(key);
    }
    const snapshot = this.#fresh;
    this.#fresh = false;
    this.#conflated = 0;
    this.#dirty.clear();
    return {
      items: [{ t: 'state', sub, snapshot, puts, dels, conflated }],
      transfer: [],
      bytes: approximateBytes(puts),
      conflated,
      thinned: 0,
      dropped: 0,
    };
  }

  close(): void {
    this.#onClose(this);
  }

  /** Keys came and went by the thousands while nobody took them: a new snapshot is cheaper than the list of what went. */
  #startOver(): void {
    this.#conflated += this.#dirty.size + 1;
    this.#dirty.clear();
    this.#fresh = true;
  }
}
