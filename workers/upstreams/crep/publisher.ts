import { CREP_KINDS, CREP_SOURCES_PART, type CrepSource } from '../../../src/contract/upstream/crep.ts';
import { PUBLISH_MS, SWEEP_MS } from '../../../src/upstreams/crep/cadence.ts';
import type { Reading } from '../../../src/upstreams/crep/reading.ts';
import type { CrepStore } from '../../../src/upstreams/crep/store.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { AdapterHost } from '../adapter.ts';

/**
 * Lets what changed out, all of it at once and at most once a second: a thousand messages of a live link are one delivery. Through the
 * connection whose message it was when its turn has come, so that this one counts as live; what is left over goes out by itself.
 */
export class Publisher {
  readonly #host: AdapterHost;
  readonly #store: CrepStore;
  readonly #sources = new Map<string, CrepSource>();
  #publishedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(host: AdapterHost, store: CrepStore) {
    this.#host = host;
    this.#store = store;
    this.#sweepLater();
  }

  /** A message of `name` was read. */
  took(name: string, reading: Reading, out: Out): void {
    const isDue = this.#host.mono() - this.#publishedAt >= PUBLISH_MS;
    this.#tellSource(name, reading, out, isDue);
    if (isDue) this.#publish(out);
    else this.#publishLater();
    if (this.#store.isOverfull()) this.#store.sweep(this.#host.now(), this.#host.out);
  }

  /** `name` gave no answer, or one that is none. */
  failed(name: string, why: string, out: Out): void {
    const known = this.#sources.get(name);
    if (known?.state === 'degraded' && known.why === why) return;
    const at = this.#host.now();
    this.#put({ name, state: 'degraded', why, at, lastOkAt: known?.lastOkAt, records: known?.records ?? 0 }, out);
  }

  #tellSource(name: string, reading: Reading, out: Out, isDue: boolean): void {
    if (reading.is === 'failure' || reading.is === 'refused' || reading.is === 'reconnect') {
      this.failed(name, reading.why ?? 'not available', out);
      return;
    }
    if (reading.is === 'control' || reading.is === 'nothing' || reading.is === 'unknown') return;
    const known = this.#sources.get(name);
    // Of a live link once a second is enough.
    if (!isDue && known?.state === 'ok') return;
    const at = this.#host.now();
    const records = reading.applied + reading.same + reading.late + reading.duplicates;
    const state = reading.why === undefined ? 'ok' : 'degraded';
    this.#put({ name, state, why: reading.why, at, lastOkAt: at, records }, out);
  }

  #put(source: CrepSource, out: Out): void {
    this.#sources.set(source.name, source);
    out.put(CREP_SOURCES_PART, source.name, source);
  }

  #publish(out: Out): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#publishedAt = this.#host.mono();
    for (const kind of CREP_KINDS) if (this.#store.hasChanges(kind)) this.#store.publish(kind, out);
  }

  #publishLater(): void {
    this.#cancel ??= this.#host.schedule(PUBLISH_MS, () => {
      this.#cancel = undefined;
      this.#publish(this.#host.out);
    });
  }

  #sweepLater(): void {
    this.#host.schedule(SWEEP_MS, () => {
      this.#store.sweep(this.#host.now(), this.#host.out);
      if (CREP_KINDS.some((kind) => this.#store.hasChanges(kind))) this.#publishLater();
      this.#sweepLater();
    });
  }
}
