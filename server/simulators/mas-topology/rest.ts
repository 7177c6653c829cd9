import { naiveUtc, zonedUtc } from '../mas/words.ts';
import type { SimAnswer, SimHost, SimRequest } from '../simulator.ts';
import { CATEGORIES, classNameOf, displayNameOf, type SimAgent } from './roster.ts';
import type { TopologyWorld } from './world.ts';

/** What the simulated MAS answers over HTTP; undefined: there is no such path. */
export function topologyAnswer(request: SimRequest, world: TopologyWorld, host: SimHost): SimAnswer | undefined {
  if (host.fault('snapshot-500')) return { status: 500, text: 'Internal Server Error' };
  const { method, path } = request;
  const detail = /^\/orchestrator\/agents\/([^/]+)$/.exec(path)?.[1];
  if (method === 'POST') return posted(path, world);
  if (method !== 'GET') return undefined;
  if (detail !== undefined) return agentDetail(decodeURIComponent(detail), world);
  switch (path) {
    case '/orchestrator/agents':
      return { json: listOf(world) };
    case '/orchestrator/dashboard':
      return {
        json: { ...listOf(world), metrics: metricsOf(world), messages: [], insights: [], runner: runnerOf(world) },
      };
    case '/agents/registry/':
      return { json: registryOf(world) };
    case '/agents/registry':
      return { status: 403, json: { detail: 'Not authenticated' } };
    case '/api/incidents':
      return host.fault('no-incidents')
        ? { status: 503, json: { detail: 'MINDEX_DATABASE_URL not configured' } }
        : { json: incidentsOf(host) };
    case '/ws/topology/status':
      return {
        json: {
          active_connections: 1,
          subscription_active: !host.fault('redis-dead'),
          channel: 'agents:status',
          timestamp: zonedUtc(host.now()),
        },
      };
    case '/api/agents/activity':
      return { json: { count: 0, events: [], ledger: 'simulated', since: null } };
    case '/api/agents/heartbeat/summary':
      return {
        json: {
          stale_after_seconds: 86_400,
          total_registered: 55,
          stale_count: 55,
          agents: [],
          as_of: zonedUtc(host.now()),
        },
      };
    default:
      return undefined;
  }
}

const itemOf = (agent: SimAgent): object => ({
  id: agent.id,
  name: classNameOf(agent.id),
  displayName: displayNameOf(agent.id),
  category: agent.category,
  status: agent.cycles === 0 && agent.status === 'idle' ? 'registered' : agent.status,
  tasksCompleted: agent.completed,
  tasksFailed: agent.failed,
  insightsGenerated: 0,
  cycleCount: agent.cycles,
  lastCycleTime: agent.lastCycleMs === undefined ? null : naiveUtc(agent.lastCycleMs),
  consecutiveErrors: agent.consecutiveErrors,
  lastError: agent.lastError ?? null,
  capabilities: ['read', 'analyze'],
  keywords: [],
});

const listOf = (world: TopologyWorld) => ({
  agents: world.agents.map(itemOf),
  totalAgents: world.agents.length,
  activeAgents: world.agents.filter(({ status }) => status === 'active').length,
});

const metricsOf = (world: TopologyWorld) => ({
  totalAgents: world.agents.length,
  activeAgents: world.agents.filter(({ status }) => status === 'active').length,
  completedTasks: world.agents.reduce((sum, { completed }) => sum + completed, 0),
  uptime: '2h 0m',
  cpuUsage: 20,
  memoryUsage: 63,
  redisConnected: true,
});

const runnerOf = (world: TopologyWorld) => ({ running: true, totalCycles: 0, agentsLoaded: world.agents.length });

const registryOf = (world: TopologyWorld) => ({
  agents: world.agents.map(({ id, category }) => ({
    agent_id: id,
    name: classNameOf(id),
    display_name: displayNameOf(id),
    description: `Simulated agent of ${category}`,
    category,
    capabilities: ['read', 'analyze'],
    keywords: [],
    voice_triggers: [],
    requires_confirmation: false,
    is_active: true,
  })),
  categories: CATEGORIES,
  capabilities: ['read', 'write', 'execute', 'analyze', 'notify', 'manage', 'control'],
  total_agents: world.agents.length,
  active_agents: world.agents.length,
});

const incidentsOf = (host: SimHost) => ({
  incidents: [
    {
      id: 'sim-incident-1',
      title: 'Simulated: unknown host in the lab network',
      description: '',
      severity: 'high',
      status: 'open',
      source: 'simulator',
      kind: null,
      source_ip: null,
      host: null,
      details: {},
      tags: ['simulated'],
      timeline: [],
      created_at: zonedUtc(host.now() - 600_000),
    },
  ],
  count: 1,
});

function agentDetail(id: string, world: TopologyWorld): SimAnswer {
  const agent = world.agents.find((one) => one.id === id);
  if (agent === undefined) return { status: 404, json: { detail: `Agent '${id}' not found` } };
  return {
    json: {
      id,
      name: classNameOf(id),
      displayName: displayNameOf(id),
      description: 'Simulated agent',
      category: agent.category,
      capabilities: ['read'],
      keywords: [],
      voiceTriggers: [],
      requiresConfirmation: false,
      isActive: true,
      runtime: { tasks_completed: agent.completed, status: agent.status, cycle_count: agent.cycles },
    },
  };
}

function posted(path: string, world: TopologyWorld): SimAnswer | undefined {
  const match = /^\/agents\/registry\/(activate|deactivate)\/([^/]+)$/.exec(path);
  if (match === null) return undefined;
  const id = decodeURIComponent(match[2] ?? '');
  if (!world.agents.some((agent) => agent.id === id))
    return { status: 404, json: { detail: `Agent '${id}' not found` } };
  return { json: { agent_id: id, is_active: match[1] === 'activate' } };
}
