import { readPage } from '../../../src/upstreams/natureos/history.ts';
import type { NatureosReader } from '../../../src/upstreams/natureos/natureos-reader.ts';
import type { AdapterHost } from '../adapter.ts';
import type { PollLine } from '../line.ts';
import type { NatureosTimings } from './timings.ts';

const PAGE = 50;
/** A page may be empty and yet not the last; somewhere it must end. */
const MOST_PAGES = 4;

/**
 * The store's own word on its devices, and what happened lately. Of its lists of devices these two do not fail over a duplicate; each may be
 * empty, or fail, though devices are there.
 */
export class NatureosStore {
  readonly #host: AdapterHost;
  readonly #reader: NatureosReader;
  readonly #polls: readonly PollLine[];
  #isAsking = false;

  constructor(host: AdapterHost, reader: NatureosReader, { snapshotMs, backoff }: NatureosTimings) {
    this.#host = host;
    this.#reader = reader;
    const poll = (name: string, path: string): PollLine =>
      host.poll({
        name,
        path,
        everyMs: snapshotMs,
        staleMs: 2.5 * snapshotMs,
        silentMs: Number.POSITIVE_INFINITY,
        backoff,
        onAnswer: (answer, out, { heldMs }) => reader.snapshot(answer, name, { ...host.context(), heldMs }, out),
        onFailure: (_, why, out) => reader.noSnapshot(name, why, host.context(), out),
      });
    this.#polls = [poll('devices', '/api/devices'), poll('mycobrain-devices', '/api/mycobrain/devices')];
  }

  start(): void {
    for (const line of this.#polls) line.start();
  }

  askDevices(): void {
    for (const line of this.#polls) line.ask();
  }

  /** What the hub does not say again. Those that came by the hub as well are told once. */
  async askEvents(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = `pageSize=${PAGE}&sortOrder=timestamp_desc`;
      const next = token === undefined ? '' : `&continuationToken=${encodeURIComponent(token)}`;
      const answer = await this.#host.request('GET', `/api/events?${query}${next}`);
      const { out } = this.#host;
      const read = answer.ok ? readPage(answer.value) : undefined;
      if (read === undefined) {
        out.count('dropped', 'no-stored-events', answer.ok ? 'not a list' : answer.error.message.slice(0, 80));
        break;
      }
      this.#reader.events.stored(read.items, this.#host.context(), out);
      token = read.next;
      if (read.items.length > 0 || token === undefined) break;
    }
    this.#isAsking = false;
  }
}
