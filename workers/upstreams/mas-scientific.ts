import type { Outcome } from '../../src/contract/hub-api.ts';
import {
  MAS_SCIENTIFIC_PARTS,
  RECORDS_STALE_MS,
  SELDOM_EVERY_MS,
  SNAPSHOT_EVERY_MS,
  TYPED_STALE_MS,
} from '../../src/contract/upstream/mas-scientific.ts';
import { deviceOfPart, isSessionId } from '../../src/upstreams/mas-scientific/fci-part.ts';
import { SCIENTIFIC_QUESTIONS } from '../../src/upstreams/mas-scientific/rest.ts';
import { SCIENTIFIC_SOCKETS, Scientific } from '../../src/upstreams/mas-scientific/scientific.ts';
import { SIGNAL_EVENT } from '../../src/upstreams/mas-scientific/typed-stream.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import type { WebSocketLine, WebSocketOptions } from './line.ts';
import { judgeAbsence } from './mas/absence.ts';
import { failure } from './mas/outcomes.ts';
import { Snapshots } from './mas/snapshots.ts';
import { isOpen, MAS_TIMINGS, type MasTimings, masSocket } from './mas/socket-options.ts';
import { callLab } from './mas-scientific/calls.ts';
import { callSignal } from './mas-scientific/signal-calls.ts';
import { SignalLine } from './mas-scientific/signal-line.ts';

const always = (name: keyof typeof SCIENTIFIC_QUESTIONS) => ({
  name,
  path: SCIENTIFIC_QUESTIONS[name],
  everyMs: SNAPSHOT_EVERY_MS,
});
const seldom = (name: keyof typeof SCIENTIFIC_QUESTIONS, part?: string) => ({
  name,
  path: SCIENTIFIC_QUESTIONS[name],
  everyMs: SELDOM_EVERY_MS,
  ...(part !== undefined && { part }),
});

/** Five every 90 s and four every 300 s: 4.2 a minute, when somebody looks at everything. */
const QUESTIONS = [
  always('instruments'),
  always('simulations'),
  always('experiments'),
  always('hypotheses'),
  always('sessions'),
  seldom('stream'),
  seldom('safety', 'safety'),
  seldom('tray-experiments', 'tray-experiments'),
  seldom('simulation-services', 'simulations'),
];

/** Each signal is a connection; nobody looks at more at once. */
const MAX_SIGNALS = 16;

/** The lab of MAS, from its typed socket (A), its socket of raw records (C, else B), its lists, and a socket for each signal that is looked at. */
export const masScientificKind = (timings: MasTimings): AdapterKind => ({
  id: 'mas-scientific',
  name: 'MAS lab',
  parts: MAS_SCIENTIFIC_PARTS,
  start: (host) => new MasScientific(host, timings),
});

export const masScientificAdapter = masScientificKind(MAS_TIMINGS);

class MasScientific implements Adapter {
  readonly #host: AdapterHost;
  readonly #timings: MasTimings;
  readonly #model = new Scientific();
  readonly #snapshots: Snapshots;
  readonly #typed: WebSocketLine;
  readonly #records: WebSocketLine;
  readonly #recordsTwin: WebSocketLine;
  readonly #signals = new Map<string, SignalLine>();
  /** Parts of signals that are looked at. */
  readonly #wantedParts = new Set<string>();
  /** What MAS offers on the connection that is open. */
  #events: readonly string[] = [];

  constructor(host: AdapterHost, timings: MasTimings) {
    this.#host = host;
    this.#timings = timings;
    this.#snapshots = new Snapshots(host, this.#model, QUESTIONS, timings);
    this.#typed = host.websocket({
      ...masSocket(timings),
      name: 'typed',
      path: SCIENTIFIC_SOCKETS.typed,
      staleMs: TYPED_STALE_MS * timings.scale,
      onOpen: () => {
        this.#events = [];
        this.#snapshots.refetch();
      },
      onMessage: (data, out, line) => {
        const events = this.#model.typed(data, out, host.context());
        if (events) this.#subscribe(events, line);
      },
    });
    this.#recordsTwin = host.websocket(this.#recordOptions('records-older', SCIENTIFIC_SOCKETS.dataFallback));
    this.#records = host.websocket(
      judgeAbsence(
        this.#recordOptions('records', SCIENTIFIC_SOCKETS.data),
        () => isOpen(this.#typed.state) || isOpen(this.#recordsTwin.state),
        'MAS has no /ws/scientific/data here; its older twin is read in its place',
        () => this.#recordsTwin.start(),
      ),
    );
    this.#snapshots.start();
    this.#typed.start();
    this.#records.start();
  }

  demand(part: string, wanted: boolean): void {
    this.#snapshots.demand(part, wanted);
    const device = deviceOfPart(part);
    if (device === undefined) this.#letGo();
    else this.#look(part, device, wanted);
  }

  #look(part: string, device: string, wanted: boolean): void {
    if (wanted) this.#wantedParts.add(part);
    else this.#wantedParts.delete(part);
    if (isSessionId(device)) this.#tendSignalEvent();
    else this.#tendSignal(device);
  }

  /** While the inspector is open nobody is told that a signal is not looked at any more: so whenever anything changes, it is asked. */
  #letGo(): void {
    for (const part of [...this.#wantedParts])
      if (!this.#host.wanted(part)) this.#look(part, deviceOfPart(part) ?? '', false);
  }

  call(name: string, args: unknown): Promise<Outcome<unknown>> {
    if (name === 'refresh')
      return Promise.resolve(
        this.#snapshots.refetch()
          ? { ok: true, value: undefined }
          : failure('limit-reached', 'asked less than a minute ago'),
      );
    return name.startsWith('fci.')
      ? callSignal(name, args, (device) => this.#signals.get(device))
      : callLab(name, args, this.#host, this.#model, (path) => this.#snapshots.recheck(path));
  }

  /** MAS says which events there are, after every open, and forgets with the connection who wanted which. */
  #subscribe(events: readonly string[], line: WebSocketLine): void {
    this.#events = events;
    for (const event of events) if (event !== SIGNAL_EVENT || this.#isSessionWanted()) say(line, 'subscribe', event);
  }

  #isSessionWanted(): boolean {
    return [...this.#wantedParts].some((part) => isSessionId(deviceOfPart(part) ?? ''));
  }

  #tendSignalEvent(): void {
    if (this.#events.includes(SIGNAL_EVENT))
      say(this.#typed, this.#isSessionWanted() ? 'subscribe' : 'unsubscribe', SIGNAL_EVENT);
  }

  #tendSignal(device: string): void {
    const filtered = this.#wantedParts.has(`fci-filtered.${device}`);
    const wanted = filtered || this.#wantedParts.has(`fci.${device}`);
    let line = this.#signals.get(device);
    if (line === undefined) {
      if (!wanted) return;
      if (this.#signals.size >= MAX_SIGNALS) {
        this.#host.out.count('dropped', 'too-many-signals', device);
        return;
      }
      line = new SignalLine(this.#host, device, this.#timings);
      this.#signals.set(device, line);
    }
    line.want(wanted, filtered);
  }

  #recordOptions(name: string, path: string): WebSocketOptions {
    return {
      ...masSocket(this.#timings),
      name,
      path,
      staleMs: RECORDS_STALE_MS * this.#timings.scale,
      onOpen: () => {
        // The same records come over both: never both at once.
        if (path === SCIENTIFIC_SOCKETS.data) this.#recordsTwin.stop();
      },
      onMessage: (data, out) => this.#model.record(data, out, this.#host.context()),
    };
  }
}

function say(line: WebSocketLine, type: 'subscribe' | 'unsubscribe', eventType: string): void {
  line.send(JSON.stringify({ type, payload: { eventType } }));
}
