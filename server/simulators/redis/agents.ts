import { naive, raw, type Said, wave, wrapped } from './said.ts';

const AGENTS = [
  'ceo_agent',
  'lab_agent',
  'mycology_agent',
  'environment_agent',
  'guard_agent',
  'mesh_agent',
  'map_agent',
  'deep',
];
const STATUSES = ['active', 'idle', 'active', 'idle', 'active', 'degraded', 'idle', 'active'];

/** A beat of every agent, of the system, and of what was finished lately: the same completion again and again. */
export function beat(now: number, count: number): readonly Said[] {
  const agents = AGENTS.map((agent_id, at) => {
    const status = STATUSES[(at + Math.floor(count / 8)) % STATUSES.length] ?? 'idle';
    const details = { tasks_completed: 40 + count, tasks_failed: 1, cycle_count: count, heartbeat_seq: count, status };
    return wrapped('agents:status', { agent_id, status, details }, now + at, 'heartbeat_service');
  });
  const system = {
    event: 'system_heartbeat',
    total_agents: AGENTS.length,
    active_agents: 4,
    degraded_agents: 1,
    error_agents: 0,
    total_tasks_completed: 9_000 + count,
    total_errors: 12,
    total_insights: 77,
    cpu_usage: wave(now, 1, 32, 12),
    memory_usage: wave(now, 2, 61, 3),
    uptime_seconds: 86_400 + count * 15,
    heartbeat_count: 5_760 + count,
    redis_connected: true,
    timestamp: naive(now),
  };
  const finishedAt = now - (now % 60_000);
  const completed = {
    event: 'task_completed',
    agent_id: 'lab_agent',
    agent_name: 'Lab',
    tasks_processed: 3,
    summary: 'plates photographed',
    completed_at: naive(finishedAt),
  };
  return [
    ...agents,
    wrapped('system:health', system, now, 'heartbeat_service'),
    wrapped('tasks:progress', completed, now, null),
  ];
}

/** What agents do between beats. */
export function work(now: number, count: number): readonly Said[] {
  const tool = {
    type: 'progress',
    tool: 'search',
    progress: count % 11,
    total: count % 3 === 0 ? null : 10,
    message: 'reading',
  };
  const task = {
    event: 'task_submitted',
    task_id: `t-${count}`,
    agent_id: AGENTS[count % AGENTS.length],
    description: 'Measure the humidity of rack 2',
    priority: 5,
    source: 'ui',
  };
  const event = {
    type: 'task',
    from_agent: 'ceo_agent',
    to_agent: 'lab_agent',
    payload: { task: 'measure' },
    timestamp: naive(now),
    trace_id: `tr-${count}`,
    classification: 'internal',
  };
  const deep = {
    event_type: count % 2 === 0 ? 'task_started' : 'task_finished',
    timestamp: new Date(now).toISOString(),
    payload: {
      task_id: `d-${count >> 1}`,
      agent_name: 'deep',
      task: 'summary',
      state: 'done',
      result: null,
      error: null,
    },
  };
  return [
    wrapped('agents:tool_calls', tool, now, 'mcp:search'),
    wrapped('tasks:progress', task, now, 'task_intake'),
    wrapped('agents:tasks', event, now, 'agent_bus'),
    raw('mas.deep_agents.events', deep),
  ];
}

const LIFE = ['open', 'open', 'acknowledged', 'resolved'] as const;

/** An alert's life, and a late word of its beginning that must not bring it back. */
export function alerts(now: number, count: number): readonly Said[] {
  const round = count >> 2;
  const step = count % LIFE.length;
  const madeAt = now - step * 20_000;
  const alert = {
    id: `al-${round}`,
    title: 'Room 2 hot',
    message: '35 °C',
    severity: round % 3 === 0 ? 'critical' : 'warning',
    device_id: 'MB-0A41',
    source: 'guard',
    category: 'environment',
    metadata: {},
    created_at: naive(madeAt),
  };
  const now_ = { ...alert, status: LIFE[step], updated_at: naive(now) };
  const late = { ...alert, status: 'open', updated_at: naive(madeAt) };
  const said = [wrapped('system:alerts', { event: step === 0 ? 'created' : 'updated', alert: now_ }, now, null)];
  return step === 2 ? [...said, wrapped('system:alerts', { event: 'updated', alert: late }, now + 1, null)] : said;
}
