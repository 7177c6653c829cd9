import { AGENT_STALE_MS, HEARTBEAT_MS, MAS_TOPOLOGY_PARTS } from '../../src/contract/upstream/mas-topology.ts';
import { TOPOLOGY_QUESTIONS } from '../../src/upstreams/mas-topology/rest.ts';
import { TOPOLOGY_SOCKETS, Topology } from '../../src/upstreams/mas-topology/topology.ts';
import type { Out } from '../../src/upstreams/out.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import type { WebSocketLine, WebSocketOptions } from './line.ts';
import { judgeAbsence } from './mas/absence.ts';
import { Snapshots } from './mas/snapshots.ts';
import { isOpen, MAS_TIMINGS, type MasTimings, masSocket } from './mas/socket-options.ts';
import { callTopology } from './mas-topology/calls.ts';

const TICK_MS = 1_000;
/** An agent has a cycle every 300 s, and the last ten are all that is told of. */
const TASKS_STALE_MS = 400_000;
/** A bus may well be quiet; it says so every 60 s. */
const BUS_STALE_MS = 300_000;
const BUS_SILENT_MS = 150_000;

/** Two and a bit questions a minute in all. */
const QUESTIONS = [
  { name: 'agents', path: TOPOLOGY_QUESTIONS.agents, everyMs: 60_000 },
  { name: 'registry', path: TOPOLOGY_QUESTIONS.registry, everyMs: 600_000 },
  { name: 'stream', path: TOPOLOGY_QUESTIONS.stream, everyMs: 300_000 },
  { name: 'incidents', path: `${TOPOLOGY_QUESTIONS.incidents}?status=open`, everyMs: 60_000, part: 'incidents' },
] as const;

/**
 * The agents of MAS. Their status comes over `/ws/topology`: the same words as on `/ws/agents/status`, and on a mended server the snapshot
 * too. That it ends at words it does not know does no harm, since it is told two only. The other one takes its place where it is absent.
 */
export const masTopologyKind = (timings: MasTimings): AdapterKind => ({
  id: 'mas-topology',
  name: 'MAS agents',
  parts: MAS_TOPOLOGY_PARTS,
  start: (host) => new MasTopology(host, timings),
});

export const masTopologyAdapter = masTopologyKind(MAS_TIMINGS);

class MasTopology implements Adapter {
  readonly #host: AdapterHost;
  readonly #timings: MasTimings;
  readonly #model = new Topology();
  readonly #snapshots: Snapshots;
  readonly #status: WebSocketLine;
  readonly #statusTwin: WebSocketLine;
  readonly #health: WebSocketLine;
  readonly #bus: WebSocketLine;
  /** Ages are records of the connection that brought the heartbeats. */
  #statusOut: Out | undefined;

  constructor(host: AdapterHost, timings: MasTimings) {
    this.#host = host;
    this.#timings = timings;
    this.#snapshots = new Snapshots(host, this.#model, QUESTIONS, timings);
    this.#health = this.#socket('health', TOPOLOGY_SOCKETS.health, 3 * HEARTBEAT_MS);
    const tasks = this.#socket('tasks', TOPOLOGY_SOCKETS.tasks, TASKS_STALE_MS);
    this.#statusTwin = this.#socket('agents-status', TOPOLOGY_SOCKETS.agentsStatus, AGENT_STALE_MS);
    this.#status = host.websocket(
      judgeAbsence(
        this.#options('topology', TOPOLOGY_SOCKETS.topology, AGENT_STALE_MS),
        () => isOpen(this.#health.state) || isOpen(this.#statusTwin.state),
        'MAS has no /ws/topology here; /ws/agents/status is read in its place',
        () => this.#statusTwin.start(),
      ),
    );
    this.#bus = host.websocket(this.#busOptions());
    this.#snapshots.start();
    for (const line of [this.#status, this.#health, tasks]) line.start();
    this.#tendBus();
    this.#tick();
  }

  demand(part: string, wanted: boolean): void {
    this.#snapshots.demand(part, wanted);
    if (part === 'bus' || part === 'edges') this.#tendBus();
  }

  call(name: string, args: unknown) {
    return callTopology(name, args, this.#host, this.#model, {
      refetch: () => this.#snapshots.refetch(),
      askFor: (list) => this.#snapshots.askFor(list),
    });
  }

  /** Each listener makes MAS say everything once more to everybody, so nobody listens for nothing. */
  #tendBus(): void {
    if (this.#host.wanted('bus') || this.#host.wanted('edges')) this.#bus.start();
    else this.#bus.stop();
  }

  #socket(name: string, path: string, staleMs: number): WebSocketLine {
    return this.#host.websocket(this.#options(name, path, staleMs));
  }

  #options(name: string, path: string, staleMs: number): WebSocketOptions {
    const isStatus = path === TOPOLOGY_SOCKETS.topology || path === TOPOLOGY_SOCKETS.agentsStatus;
    return {
      ...masSocket(this.#timings),
      name,
      path,
      staleMs: staleMs * this.#timings.scale,
      onOpen: (line) => {
        if (path === TOPOLOGY_SOCKETS.topology) {
          this.#statusTwin.stop();
          line.send('{"type":"request_snapshot"}');
        }
        if (isStatus) this.#snapshots.refetch();
      },
      onMessage: (data, out, line) => {
        if (isStatus) this.#statusOut = out;
        const answer = this.#model.frame(path, data, out, this.#host.context(), this.#host.out);
        if (answer !== undefined) line.send(answer);
      },
    };
  }

  #busOptions(): WebSocketOptions {
    const { handshakeMs, backoff } = this.#timings;
    const name = `hyphae-${Math.floor(this.#host.random() * 36 ** 8).toString(36)}`;
    const hello = {
      agent_id: name,
      channels: ['agents:status', 'agents:tasks', 'agents:tool_calls'],
      metadata: { kind: 'observer' },
    };
    return judgeAbsence(
      {
        name: 'bus',
        path: TOPOLOGY_SOCKETS.bus,
        staleMs: BUS_STALE_MS,
        silentMs: BUS_SILENT_MS,
        handshakeMs,
        ...(backoff && { backoff }),
        onOpen: (line) => line.send(JSON.stringify(hello)),
        onMessage: (data, out, line) => {
          const answer = this.#model.frame(TOPOLOGY_SOCKETS.bus, data, out, this.#host.context());
          if (answer !== undefined) line.send(answer);
        },
      },
      () => isOpen(this.#health.state) || isOpen(this.#status.state),
      'MAS has no agent bus here: it is off unless MYCA_AGENT_BUS_ENABLED=true',
    );
  }

  #tick(): void {
    this.#host.schedule(TICK_MS, () => {
      this.#model.tick(this.#host.now(), this.#host.out, this.#statusOut ?? this.#host.out);
      this.#tick();
    });
  }
}
