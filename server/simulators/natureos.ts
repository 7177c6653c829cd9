import { corsHeaders, preflight, withHeaders } from './natureos/cors.ts';
import { HUB_PATH, Hub, type HubTransport } from './natureos/hub.ts';
import type { HubConnection, HubTimers } from './natureos/hub-connection.ts';
import { problem } from './natureos/problem.ts';
import { Rest } from './natureos/rest.ts';
import { World } from './natureos/world.ts';
import type { SimAnswer, SimHost, SimRequest, SimSocket, Simulator, SimulatorKind } from './simulator.ts';

/** What a test may do to it, besides what people can turn. */
export interface NatureosControl {
  readonly hub: Hub;
  readonly world: World;
}

export const natureosSimulator: SimulatorKind = {
  slug: 'natureos',
  about:
    'NatureOS: its SignalR hub, the store beside it, both event streams, and a lab of MycoBrains and one Mushroom1',
  faults: {
    'hub-drop': 'every connection of the hub is cut without a word, once',
    'hub-close': 'every connection of the hub is closed with allowReconnect, once',
    'hub-close-final': 'every connection of the hub is closed without allowReconnect, once',
    'no-hub': 'the hub answers 503; the rest works',
    'no-websockets': 'the hub offers event streams and long polling only',
    'long-polling-only': 'the hub offers long polling only',
    'split-records': 'each record of the hub comes in three messages',
    'merged-records': 'records of the hub come several in one message',
    'empty-snapshot': 'the store has no devices and no events',
    'snapshot-500': 'the store fails',
    'duplicate-ids': 'one of the lists fails over a device that is there twice',
    'streams-end': 'the event streams end after their first event',
    'newer-cors': 'only listed origins, with credentials',
    'https-redirect': 'every request is sent to https',
  },
  dials: {
    devices: { initial: 4, most: 250, about: 'MycoBrains' },
    rate: { initial: 0.5, most: 50, about: 'messages of each per second' },
    minuteMs: { initial: 60_000, most: 600_000, about: 'ms between two rounds of the health loop; 0: none' },
  },
  start: (host) => startNatureos(host),
};

/** With faster timers, for tests. */
export const startNatureos = (host: SimHost, timers?: HubTimers): Simulator & NatureosControl =>
  new NatureosSimulator(host, timers);

const WATCH_MS = 200;

class NatureosSimulator implements Simulator, NatureosControl {
  readonly hub: Hub;
  readonly world: World;
  readonly #host: SimHost;
  readonly #rest: Rest;
  /** Faults of one moment that have struck and are still on. */
  readonly #struck = new Set<string>();

  constructor(host: SimHost, timers?: HubTimers) {
    this.#host = host;
    this.hub = new Hub(host, timers);
    this.world = new World(host, this.hub);
    this.#rest = new Rest(host, this.world);
    host.every(WATCH_MS, () => this.#strike());
  }

  http(request: SimRequest): SimAnswer | undefined | Promise<SimAnswer | undefined> {
    if (this.#host.fault('https-redirect')) {
      const Location = `https://${request.headers.host ?? '127.0.0.1'}${request.path}`;
      return { status: 307, headers: { Location }, text: '' };
    }
    this.#offer();
    const before = preflight(request, this.#host);
    if (before !== undefined) return before;
    if (this.#host.fault('no-hub') && request.path.startsWith(HUB_PATH)) return problem(503, 'Service Unavailable');
    const answer = this.hub.http(request) ?? this.#rest.answer(request);
    const headers = corsHeaders(request, this.#host);
    return answer instanceof Promise
      ? answer.then((late) => withHeaders(late, headers))
      : answer && withHeaders(answer, headers);
  }

  socket(path: string, query: URLSearchParams, socket: SimSocket): number | undefined {
    if (path !== HUB_PATH) return 404;
    if (this.#host.fault('no-hub')) return 503;
    this.#offer();
    return this.hub.socket(query, socket);
  }

  close(): void {
    this.hub.close();
  }

  #offer(): void {
    const all: readonly HubTransport[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];
    if (this.#host.fault('long-polling-only')) this.hub.transports = ['LongPolling'];
    else if (this.#host.fault('no-websockets')) this.hub.transports = all.slice(1);
    else this.hub.transports = all;
  }

  #strike(): void {
    this.#once('hub-drop', (each) => each.drop());
    this.#once('no-hub', (each) => each.drop());
    this.#once('hub-close', (each) => each.close(undefined, true));
    this.#once('hub-close-final', (each) => each.close('Connection closed with an error.', false));
  }

  #once(fault: string, act: (each: HubConnection) => void): void {
    if (!this.#host.fault(fault)) {
      this.#struck.delete(fault);
      return;
    }
    if (this.#struck.has(fault)) return;
    this.#struck.add(fault);
    for (const connection of this.hub.connections) act(connection);
  }
}
