import { clientWords, zonedUtc } from '../mas/words.ts';
import type { SimHost, SimSocket } from '../simulator.ts';
import { displayNameOf } from './roster.ts';
import type { TopologyWorld } from './world.ts';

const GREETINGS: Readonly<Record<string, string>> = {
  '/ws/topology': 'Topology stream connected',
  '/ws/agents/status': 'Agent status stream connected',
  '/ws/system/health': 'System health stream connected',
  '/ws/tasks/progress': 'Task progress stream connected',
};
const BUS = '/ws/agent-bus';
const BUS_IDLE_MS = 60_000;
const EVENT_TYPES = new Set(['task', 'result', 'alert', 'heartbeat', 'tool_call', 'status']);

/** The sockets of the simulated MAS, by path. */
export class TopologySockets {
  readonly #host: SimHost;
  readonly #world: TopologyWorld;
  readonly #open = new Map<string, Set<SimSocket>>();

  constructor(host: SimHost, world: TopologyWorld) {
    this.#host = host;
    this.#world = world;
  }

  /** To everybody on a path; nobody hears anything while Redis is dead. */
  say(path: string, message: object): void {
    if (this.#host.fault('redis-dead')) return;
    const text = JSON.stringify(path === '/ws/agents/status' ? { ...message, channel: 'agents:status' } : message);
    for (const socket of this.#open.get(path) ?? []) socket.send(text);
  }

  /** The copies are certain: one by the process itself, one more by Redis for each connection there is. */
  sayOnBus(channel: string, event: object): void {
    if (this.#host.fault('redis-dead')) return;
    const sockets = this.#open.get(BUS);
    if (sockets === undefined || sockets.size === 0) return;
    const text = JSON.stringify({ type: 'message', channel, data: event, timestamp: zonedUtc(this.#host.now()) });
    for (const socket of sockets) for (let copy = 0; copy <= Math.min(sockets.size, 4); copy += 1) socket.send(text);
  }

  take(path: string, socket: SimSocket): number | undefined {
    if (path === BUS) {
      if (this.#host.fault('bus-disabled')) return 403;
      this.#takeBus(socket);
      return undefined;
    }
    const message = GREETINGS[path];
    if (message === undefined) return 403;
    this.#keep(path, socket);
    socket.send(JSON.stringify({ type: 'connected', message, timestamp: zonedUtc(this.#host.now()) }));
    socket.onMessage((data) => {
      const words = clientWords(data, path === '/ws/topology' ? 'close' : 'ignore', socket);
      if (words?.type === 'ping') socket.send(JSON.stringify({ type: 'pong', timestamp: zonedUtc(this.#host.now()) }));
      else if (words?.type === 'request_snapshot' && path === '/ws/topology')
        socket.send(JSON.stringify(this.#snapshot()));
    });
    return undefined;
  }

  #keep(path: string, socket: SimSocket): void {
    const sockets = this.#open.get(path) ?? new Set();
    this.#open.set(path, sockets);
    sockets.add(socket);
    socket.onClose(() => sockets.delete(socket));
  }

  /** What every server answers today, unless it is told to be a mended one. */
  #snapshot(): object {
    const timestamp = zonedUtc(this.#host.now());
    if (!this.#host.fault('snapshot-works'))
      return { type: 'snapshot', error: "'AgentRegistry' object has no attribute 'list_agents'", timestamp };
    const nodes = this.#world.agents.map(({ id, category, status }, index) => ({
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      label: id,
      category,
      status,
      capabilities: 2,
      version: '1.0.0',
      last_heartbeat: null,
      name: displayNameOf(id),
    }));
    const edges = nodes.slice(1, 4).map(({ label }) => ({ from: nodes[0]?.id, to: label, type: 'depends_on' }));
    return { type: 'snapshot', nodes, edges, agent_count: nodes.length, timestamp };
  }

  #takeBus(socket: SimSocket): void {
    let name: string | undefined;
    const idle = this.#host.every(BUS_IDLE_MS, () => socket.send('{"type":"heartbeat","payload":{}}'));
    socket.onClose(idle);
    socket.onMessage((data) => {
      const words = clientWords(data, 'close', socket);
      if (words === undefined) return;
      if (name === undefined) {
        const id = words.agent_id ?? words.from_agent;
        if (typeof id !== 'string' || id === '') {
          const message = 'agent_id or from_agent required in first message';
          socket.send(JSON.stringify({ type: 'error', payload: { message } }));
          socket.close(4000, 'Missing agent_id');
          return;
        }
        name = id;
        this.#keep(BUS, socket);
        const connection_id = `sim-${Math.floor(this.#host.random() * 1e9).toString(36)}`;
        socket.send(JSON.stringify({ type: 'connected', payload: { connection_id, agent_id: id } }));
        return;
      }
      const type = words.type === 'event' ? words.event_type : words.type;
      if (typeof type !== 'string' || !EVENT_TYPES.has(type) || type === 'heartbeat') return;
      // A simulated agent answers nobody, and whoever watches should not speak.
      socket.send(JSON.stringify({ type: 'error', payload: { message: 'Event blocked: classification' } }));
    });
  }
}
