import { naiveUtc, zonedUtc } from '../mas/words.ts';
import type { SimHost } from '../simulator.ts';
import { cycle, makeAgent, type SimAgent } from './roster.ts';

const RESENT_CYCLES = 10;
const BUS_TYPES = ['task', 'result', 'alert', 'status', 'tool_call'] as const;

export interface CompletedCycle {
  readonly agentId: string;
  readonly atMs: number;
  readonly isGood: boolean;
}

/** The agents of a simulated MAS: what they do, and what MAS says about it. Messages come out as the objects that go over the wire. */
export class TopologyWorld {
  readonly #host: SimHost;
  readonly #agents: SimAgent[] = [];
  #heartbeats = 480;
  #seq = 2;
  #startedAt: number;
  #turn = 0;
  #cycles: CompletedCycle[] = [];
  #traces = 0;
  readonly #incidents = new Map<string, string>();
  /** Whether agents have their turns. */
  isRunning = true;

  constructor(host: SimHost) {
    this.#host = host;
    this.#startedAt = host.now() - 7_200_000;
  }

  get agents(): readonly SimAgent[] {
    const wanted = Math.max(1, Math.round(this.#host.dial('agents')));
    while (this.#agents.length < wanted) this.#agents.push(makeAgent(this.#agents.length, this.#host.now()));
    this.#agents.length = wanted;
    return this.#agents;
  }

  incidentStatus(id: string): string {
    return this.#incidents.get(id) ?? 'open';
  }

  setIncident(id: string, status: string): void {
    this.#incidents.set(id, status);
  }

  /** MAS began anew: everything that was counted is 0. */
  restart(): void {
    this.#heartbeats = 0;
    this.#seq = 0;
    this.#startedAt = this.#host.now();
    this.#cycles = [];
    this.#agents.length = 0;
  }

  /** Some agents have their turn; each has one about every 300 s, which is every twentieth tick. */
  step(): void {
    const { agents } = this;
    const now = this.#host.now();
    const share = this.isRunning ? Math.max(1, Math.ceil(agents.length / 20)) : 0;
    for (let count = 0; count < share; count += 1) {
      const agent = agents[this.#turn++ % agents.length];
      if (agent === undefined) continue;
      if (agent.status === 'restarted') agent.status = 'idle';
      const isGood = cycle(agent, now, this.#host.random);
      this.#cycles.push({ agentId: agent.id, atMs: now, isGood });
    }
    this.#cycles = this.#cycles.slice(-RESENT_CYCLES);
    this.#heartbeats += 1;
    this.#seq += 1;
  }

  /** One per agent. */
  heartbeats(): object[] {
    const now = this.#host.now();
    return this.agents.map((agent) => this.#status('heartbeat_service', now, heartbeatOf(agent, this.#seq)));
  }

  /** What the supervisor finds: those with three errors in a row are started anew, and somebody is always late. */
  lifecycle(): object[] {
    const now = this.#host.now();
    const words: object[] = [];
    const say = (agent_id: string, status: string, details: object): void => {
      words.push(this.#status('agent_supervisor', now, { agent_id, status, details }));
    };
    for (const agent of this.agents) {
      if (agent.status !== 'error') continue;
      if (this.#host.random() < 0.2) say(agent.id, 'agent_restart_failed', { reason: 'not_in_registry' });
      else {
        say(agent.id, 'agent_restarted', {
          attempt: 1,
          reason: `consecutive_errors=${agent.consecutiveErrors}`,
          mode: 'native',
        });
        agent.status = 'restarted';
        agent.consecutiveErrors = 0;
        agent.lastError = undefined;
      }
    }
    const late = this.#agents[this.#turn % Math.max(1, this.#agents.length)];
    if (late && this.#host.random() < 0.3)
      say(late.id, 'agent_unresponsive', { elapsed_seconds: 180 + this.#host.random() * 100 });
    return words;
  }

  health(): object {
    const { agents } = this;
    const now = this.#host.now();
    const count = (status: string): number => agents.filter((agent) => agent.status === status).length;
    return {
      type: 'system_health',
      timestamp: naiveUtc(now, this.#host.random),
      source: 'heartbeat_service',
      data: {
        event: 'system_heartbeat',
        total_agents: agents.length,
        active_agents: count('active'),
        degraded_agents: count('degraded'),
        error_agents: count('error'),
        total_tasks_completed: agents.reduce((sum, { completed }) => sum + completed, 0),
        total_errors: agents.reduce((sum, { failed }) => sum + failed, 0),
        total_insights: 0,
        cpu_usage: Math.round(200 + this.#host.random() * 100) / 10,
        memory_usage: 63.2,
        uptime_seconds: Math.round((now - this.#startedAt) / 1_000),
        heartbeat_count: this.#heartbeats,
        redis_connected: true,
        timestamp: zonedUtc(now),
      },
      channel: 'system:health',
    };
  }

  /** The last ten, every time again. */
  tasks(): object[] {
    const timestamp = naiveUtc(this.#host.now(), this.#host.random);
    return this.#cycles.map(({ agentId, atMs, isGood }) => ({
      type: 'task_progress',
      timestamp,
      source: 'heartbeat_service',
      data: {
        event: 'task_completed',
        agent_id: agentId,
        agent_name: 'LoadedRunnerAgent',
        tasks_processed: isGood ? 1 : 0,
        summary: isGood ? `${agentId} processed cycle task` : `${agentId} online in fallback mode`,
        completed_at: naiveUtc(atMs),
      },
      channel: 'tasks:progress',
    }));
  }

  /** One agent says something to another, or to all. */
  busEvent(): { readonly channel: string; readonly event: object } {
    const { agents } = this;
    const pick = (): string => agents[Math.floor(this.#host.random() * Math.min(agents.length, 24))]?.id ?? 'search';
    const type = BUS_TYPES[Math.floor(this.#host.random() * BUS_TYPES.length)] ?? 'task';
    const event = {
      type,
      from_agent: pick(),
      to_agent: type === 'alert' ? 'broadcast' : pick(),
      payload: { task_id: `t-${(++this.#traces).toString(16)}`, goal: 'index new species' },
      timestamp: `${naiveUtc(this.#host.now())}Z`,
      trace_id: `sim-${this.#traces}-${Math.floor(this.#host.random() * 1e9).toString(36)}`,
      classification: 'UNCLASS',
    };
    return {
      channel: type === 'task' ? 'agents:tasks' : type === 'tool_call' ? 'agents:tool_calls' : 'agents:status',
      event,
    };
  }

  onStatusChannel(event: object & { readonly from_agent?: string }): object {
    return this.#status(event.from_agent ?? '', this.#host.now(), event);
  }

  #status(source: string, now: number, data: object): object {
    return { type: 'agent_status', timestamp: naiveUtc(now, this.#host.random), source, data };
  }
}

const heartbeatOf = (agent: SimAgent, heartbeat_seq: number): object => ({
  agent_id: agent.id,
  status: agent.status,
  details: {
    tasks_completed: agent.completed,
    tasks_failed: agent.failed,
    insights_generated: 0,
    knowledge_added: 0,
    last_cycle_time: agent.lastCycleMs === undefined ? null : zonedUtc(agent.lastCycleMs),
    last_cycle_duration_ms: 0,
    consecutive_errors: agent.consecutiveErrors,
    status: agent.status,
    last_error: agent.lastError ?? null,
    first_seen: zonedUtc(agent.firstSeenMs),
    cycle_count: agent.cycles,
    heartbeat_seq,
  },
});
