import { CREP_KINDS, type CrepKind } from '../../../src/contract/upstream/crep.ts';
import type { LineState } from '../../../src/contract/upstream/status.ts';
import { CREP_BACKOFF, LIVE_GRACE_MS, LIVE_STALE_MS } from '../../../src/upstreams/crep/cadence.ts';
import { readFrame } from '../../../src/upstreams/crep/frame.ts';
import { hintsOf } from '../../../src/upstreams/crep/kinds.ts';
import type { CrepContext } from '../../../src/upstreams/crep/read.ts';
import { readMessage } from '../../../src/upstreams/crep/read.ts';
import { readEventOf } from '../../../src/upstreams/crep/read-event.ts';
import type { Reading } from '../../../src/upstreams/crep/reading.ts';
import type { CrepStore } from '../../../src/upstreams/crep/store.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { AdapterHost } from '../adapter.ts';
import type { Line } from '../line.ts';

/** Without `cells` (they never match) and without `types` (they hold back everything that is wrapped): all there is. */
const SOCKET_PATH = '/api/entities/stream';
const STREAM_PATH = '/api/stream/entities';
/** May say nothing for ever, and a peer that is gone is not noticed: a new try costs little. */
const SILENT_MS = 300_000;
/** Tries in vain before the bridge is asked instead. */
const TRIES = 3;
const MOST_FRAME_BYTES = 8 * 1024 * 1024;

/**
 * Entities as they change: the socket, and where it cannot be had its bridge over server-sent events. Never both, since both bring the
 * same. Nothing of it replaces asking until it really brings something.
 */
export class LiveLink {
  readonly #host: AdapterHost;
  readonly #store: CrepStore;
  readonly #took: (name: string, reading: Reading, out: Out) => void;
  readonly #socket: Line;
  readonly #stream: Line;
  readonly #broughtAt = new Map<CrepKind, number>();
  #isOn = false;

  constructor(host: AdapterHost, store: CrepStore, took: (name: string, reading: Reading, out: Out) => void) {
    this.#host = host;
    this.#store = store;
    this.#took = took;
    const common = { staleMs: LIVE_STALE_MS, silentMs: SILENT_MS, backoff: CREP_BACKOFF, maxBytes: MOST_FRAME_BYTES };
    const socketContext = hintsOf(SOCKET_PATH);
    this.#socket = host.websocket({
      ...common,
      name: 'entities',
      path: SOCKET_PATH,
      onMessage: (data, out) =>
        this.#told('entities', readMessage(data, store, out, this.#context(socketContext)), out),
      onState: (state) => this.#socketIs(state),
    });
    const streamContext = hintsOf(STREAM_PATH);
    this.#stream = host.sse({
      ...common,
      name: 'entities-bridge',
      path: STREAM_PATH,
      // It gives no ids.
      resume: false,
      onEvent: ({ event, data }, out) => {
        const frame = readFrame(data);
        if (frame.is === 'bad') out.count('dropped', frame.why, data.slice(0, 80));
        else if (frame.is === 'value')
          this.#told('entities-bridge', readEventOf(event, frame.value, store, out, this.#context(streamContext)), out);
      },
    });
  }

  turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    if (on) this.#socket.start();
    else {
      this.#socket.stop();
      this.#stream.stop();
    }
  }

  /** It has brought things of this kind a moment ago. */
  brings(kind: CrepKind): boolean {
    const at = this.#broughtAt.get(kind);
    return this.#isOn && at !== undefined && this.#host.mono() - at < LIVE_GRACE_MS;
  }

  #context(hints: ReturnType<typeof hintsOf>): CrepContext {
    const { now, simulated } = this.#host.context();
    return { now, simulated, hints, everyMs: 0 };
  }

  #told(name: string, reading: Reading, out: Out): void {
    if (reading.is === 'records' && reading.applied > 0) this.#note();
    this.#took(name, reading, out);
  }

  /** Which kinds were in it. */
  #note(): void {
    for (const kind of CREP_KINDS) {
      if (this.#store.wasTold(kind)) this.#broughtAt.set(kind, this.#host.mono());
    }
  }

  #socketIs(state: LineState): void {
    if (!this.#isOn) return;
    if (state.is === 'refused' || (state.is === 'retrying' && state.attempt >= TRIES)) this.#stream.start();
    else if (state.is === 'live' || state.is === 'connected-no-data') this.#stream.stop();
  }
}
