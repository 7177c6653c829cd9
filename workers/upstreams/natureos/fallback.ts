import type { LineState } from '../../../src/contract/upstream/status.ts';
import type { NatureosReader } from '../../../src/upstreams/natureos/natureos-reader.ts';
import { DASHBOARD_STREAM, EVENTS_STREAM, NatureosStreams } from '../../../src/upstreams/natureos/streams.ts';
import type { AdapterHost } from '../adapter.ts';
import type { Line } from '../line.ts';
import type { NatureosTimings } from './timings.ts';

/** Said every 2 s. */
const EVENTS_STALE_MS = 15_000;
/** Said every 5 s. */
const DASHBOARD_STALE_MS = 30_000;

/** The two event streams, while the hub cannot be had: they say less, and later, and lose what comes too fast. */
export class StreamFallback {
  readonly #lines: readonly Line[];
  readonly #after: number;
  #isOn = false;

  constructor(host: AdapterHost, reader: NatureosReader, { backoff, fallbackAfter }: NatureosTimings) {
    const streams = new NatureosStreams(reader);
    const stream = (name: string, path: string, staleMs: number, onOpen: () => void): Line =>
      host.sse({
        name,
        path,
        staleMs,
        silentMs: 2 * staleMs,
        backoff,
        // It knows no ids, and begins with the newest whatever it is told.
        resume: false,
        onOpen,
        onEvent: ({ data }, out) => streams.event(path, data, host.context(), out),
      });
    this.#after = fallbackAfter;
    this.#lines = [
      stream('events-stream', EVENTS_STREAM, EVENTS_STALE_MS, () => reader.events.streamOpened()),
      stream('dashboard-stream', DASHBOARD_STREAM, DASHBOARD_STALE_MS, () => undefined),
    ];
  }

  /** The hub's line changed. */
  hub(state: LineState): void {
    switch (state.is) {
      case 'refused':
        this.#turn(true);
        return;
      case 'retrying':
        if (state.attempt >= this.#after) this.#turn(true);
        return;
      case 'connecting':
        return;
      case 'connected-no-data':
      case 'live':
      case 'stale':
      case 'idle':
      case 'stopped':
        this.#turn(false);
    }
  }

  #turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    for (const line of this.#lines) {
      if (on) line.start();
      else line.stop();
    }
  }
}
