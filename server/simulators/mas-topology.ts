import { everySoOften } from './mas/words.ts';
import { topologyAnswer } from './mas-topology/rest.ts';
import { TopologySockets } from './mas-topology/sockets.ts';
import { TopologyWorld } from './mas-topology/world.ts';
import type { SimulatorKind } from './simulator.ts';

const FIRST_HEARTBEAT_MS = 1_000;
const SUPERVISOR_EVERY = 2;

/** The agents of MAS: 47 that say every 15 s that they are there, a supervisor that restarts those that fail, and a bus between them. */
export const masTopologySimulator: SimulatorKind = {
  slug: 'mas-topology',
  about: 'agents of MAS, their status, health, tasks and bus',
  faults: {
    'snapshot-500': 'every question over HTTP is answered 500, in plain text',
    'snapshot-works': 'the snapshot of /ws/topology works, as no server of today does',
    'redis-dead': 'sockets open and answer pings, and no data ever comes',
    'no-incidents': 'incidents are answered 503: no database',
    'bus-disabled': 'the agent bus is not there (403), as MAS is delivered',
    restarted: 'MAS began anew: its counters are small again',
  },
  dials: {
    agents: { initial: 47, most: 5_000, about: 'agents' },
    heartbeatMs: { initial: 15_000, most: 120_000, about: 'ms between heartbeats' },
    busPerMin: { initial: 20, most: 6_000, about: 'messages between agents, per minute' },
  },
  start(host) {
    const world = new TopologyWorld(host);
    const sockets = new TopologySockets(host, world);
    let ticks = 0;
    let wasRestarted = false;
    const tick = (): void => {
      const isRestarted = host.fault('restarted');
      if (isRestarted && !wasRestarted) world.restart();
      wasRestarted = isRestarted;
      world.step();
      const words = [...world.heartbeats(), ...(ticks++ % SUPERVISOR_EVERY === 1 ? world.lifecycle() : [])];
      for (const message of words) {
        sockets.say('/ws/topology', message);
        sockets.say('/ws/agents/status', message);
      }
      sockets.say('/ws/system/health', world.health());
      for (const message of world.tasks()) sockets.say('/ws/tasks/progress', message);
    };
    host.once(FIRST_HEARTBEAT_MS, tick);
    everySoOften(host, () => host.dial('heartbeatMs'), tick);
    everySoOften(
      host,
      () => 60_000 / Math.max(0.01, host.dial('busPerMin')),
      () => {
        const { channel, event } = world.busEvent();
        sockets.sayOnBus(channel, event);
        if (channel !== 'agents:status') return;
        const message = world.onStatusChannel(event);
        sockets.say('/ws/topology', message);
        sockets.say('/ws/agents/status', message);
      },
    );
    return {
      http: (request) => topologyAnswer(request, world, host),
      socket: (path, _query, socket) => sockets.take(path, socket),
    };
  },
};
