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
  if (method === 'PATCH') return patched(request, world);
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
        : { json: incidentsOf(host, world, request.query.get('status')) };
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

const runnerOf = (world: TopologyWorld) => ({
  running: world.isRunning,
  totalCycles: 0,
  agentsLoaded: world.agents.length,
});

const registryOf = (world: TopologyWorld) => ({
  agents: world.agents.map(({ id, category, isEnabled }) => ({
    agent_id: id,
    name: classNameOf(id),
    display_name: displayNameOf(id),
    description: `Simulated agent of ${category}`,
    category,
    capabilities: ['read', 'analyze'],
    keywords: [],
    voice_triggers: [],
    requires_confirmation: false,
    is_active: isEnabled,
  })),
  categories: CATEGORIES,
  capabilities: ['read', 'write', 'execute', 'analyze', 'notify', 'manage', 'control'],
  total_agents: world.agents.length,
  active_agents: world.agents.length,
});

/** Today's MAS lists open ones unless it is asked for others. */
const incidentsOf = (host: SimHost, world: TopologyWorld, status: string | null) => {
  const incidents = INCIDENTS.map((incident, index) => ({
    ...incidentOf(incident),
    status: world.incidentStatus(incident.id),
    created_at: zonedUtc(host.now() - 600_000 * (index + 1)),
  })).filter((incident) => status === null || incident.status === status);
  return { incidents, count: incidents.length };
};

const INCIDENTS = [
  { id: 'sim-incident-1', title: 'Simulated: unknown host in the lab network', severity: 'high' },
  { id: 'sim-incident-2', title: 'Simulated: disk of the archive is 91 % full', severity: 'medium' },
] as const;

const incidentOf = ({ id, title, severity }: (typeof INCIDENTS)[number]) => ({
  id,
  title,
  description: '',
  severity,
  source: 'simulator',
  kind: null,
  source_ip: null,
  host: null,
  details: {},
  tags: ['simulated'],
  timeline: [],
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

function patched({ path, body }: SimRequest, world: TopologyWorld): SimAnswer | undefined {
  const id = /^\/api\/incidents\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  const known = INCIDENTS.find((incident) => incident.id === decodeURIComponent(id));
  if (known === undefined) return { status: 404, json: { detail: 'Incident not found' } };
  const { status } = JSON.parse(body) as { readonly status?: unknown };
  if (typeof status === 'string') world.setIncident(known.id, status);
  return { json: { ...incidentOf(known), status: world.incidentStatus(known.id) } };
}

function posted(path: string, world: TopologyWorld): SimAnswer | undefined {
  if (path === '/runner/start' || path === '/runner/stop') {
    world.isRunning = path === '/runner/start';
    return { json: { status: world.isRunning ? 'started' : 'stopped' } };
  }
  const match = /^\/agents\/registry\/(activate|deactivate)\/([^/]+)$/.exec(path);
  if (match === null) return undefined;
  const id = decodeURIComponent(match[2] ?? '');
  const agent = world.agents.find((one) => one.id === id);
  if (agent === undefined) return { status: 404, json: { detail: `Agent '${id}' not found` } };
  agent.isEnabled = match[1] === 'activate';
  return { json: { agent_id: id, is_active: agent.isEnabled } };
}
