import type { ChannelKind } from '../channel.ts';
import type { EpochMs } from '../time.ts';
import type { Sourced } from './upstream.ts';

/** What the agents of MAS do, and who talks to whom. Sections are those of the upstream's contract (mas-topology). */

/** The parts of its channels. */
export const MAS_TOPOLOGY_PARTS = {
  /** key: agent id · {@link AgentRecord} */
  agents: 'state',
  /** key: `heartbeats` · {@link AgentAges}: when each agent was heard last, where nothing else about it changed */
  ages: 'state',
  /** key: category · {@link CategoryRecord} */
  categories: 'state',
  /** key: `from>to>kind` · {@link EdgeRecord} */
  edges: 'state',
  /** key: `system` (pushed) or `persistence`… · {@link SystemHealthRecord} */
  health: 'state',
  /** key: incident id · {@link IncidentRecord} */
  incidents: 'state',
  /** key: what is asked · {@link MasSourceRecord}: which snapshots can be had now, and why not */
  service: 'state',
  /** {@link TaskRecord}, each once */
  tasks: 'events',
  /** {@link BusEventRecord}, each once; the agent bus itself is read only while somebody looks at this part */
  bus: 'events',
  /** {@link TopologyLogRecord} */
  log: 'events',
} as const satisfies Record<string, ChannelKind>;

/** §3.2, one vocabulary for the five that MAS has. */
export const AGENT_STATES = [
  'active',
  'busy',
  'idle',
  'degraded',
  'error',
  'unresponsive',
  'offline',
  'starting',
  'stopping',
  'unknown',
] as const;

export type AgentState = (typeof AGENT_STATES)[number];

/** §3.3: heartbeats come every 15 s, one per agent. */
export const HEARTBEAT_MS = 15_000;
/** Three missed heartbeats. */
export const AGENT_STALE_MS = 45_000;
/** Eight. */
export const AGENT_OFFLINE_MS = 120_000;
/** Bus traffic is counted over this long. */
export const BUS_WINDOW_MS = 60_000;
/** An edge that only traffic showed is forgotten after this long without any. */
export const BUS_EDGE_KEPT_MS = 600_000;
/** The agent that every category hangs on. */
export const HUB_AGENT = 'myca-orchestrator';
/** Ids are refused when they are longer. */
export const MAX_AGENT_ID_CHARS = 256;

/**
 * One agent, from its heartbeats, the supervisor's words, and the lists of REST. `at` is that of the newest of them that said a state.
 * Flags: `rest-only` (no heartbeat was ever heard), `catalogue` (from the other registry, whose names overlap with one), `simulated`,
 * `clock-skew`, `aged` (the state is our conclusion from silence), `no-heartbeats` (nobody's heartbeat comes: the stream is silent, not
 * only this agent).
 */
export interface AgentRecord extends Sourced {
  readonly t: 'agent';
  readonly id: string;
  readonly name: string;
  readonly category: string | undefined;
  readonly description: string | undefined;
  readonly capabilities: readonly string[];
  readonly keywords: readonly string[];
  readonly state: AgentState;
  /** The word that MAS used. */
  readonly said: string;
  /** `unheard`: no heartbeat yet, the state is what a list said. */
  readonly life: 'live' | 'stale' | 'offline' | 'unheard';
  /** When its last heartbeat came. May be older than `AgentAges` says. */
  readonly heardAt: EpochMs | undefined;
  /** undefined: nobody said; never 0 in its place. */
  readonly metrics: AgentMetrics | undefined;
  readonly lastError: string | undefined;
  /** Why it is red or yellow, in words of MAS: its last error, or what the supervisor said. */
  readonly why: string | undefined;
  /** A flag in the registry's memory; says nothing of whether it runs. */
  readonly enabled: boolean | undefined;
  readonly version: string | undefined;
}

export interface AgentMetrics {
  readonly tasksCompleted: number | undefined;
  readonly tasksFailed: number | undefined;
  readonly insights: number | undefined;
  readonly knowledge: number | undefined;
  readonly cycles: number | undefined;
  readonly consecutiveErrors: number | undefined;
  readonly lastCycleAt: EpochMs | undefined;
  readonly firstSeenAt: EpochMs | undefined;
}

/** Heartbeats that changed nothing: only the age is new. One record for all of a tick. */
export interface AgentAges {
  readonly t: 'ages';
  readonly rx: EpochMs;
  readonly heardAt: Readonly<Record<string, EpochMs>>;
}

export interface CategoryRecord extends Sourced {
  readonly t: 'category';
  readonly id: string;
  readonly agents: number;
}

/**
 * §5: MAS gives no edges. `derived` ones follow from the lists (hub → category → agent, flag `derived`); `bus` ones were seen, and counted
 * over {@link BUS_WINDOW_MS}; `depends_on` ones are in the snapshot of a repaired server.
 */
export interface EdgeRecord extends Sourced {
  readonly t: 'edge';
  readonly from: string;
  /** An agent, `category:<name>` for a category, or `broadcast`. */
  readonly to: string;
  readonly kind: 'member' | 'bus' | 'depends_on';
  /** Seen in the window; undefined for edges that are no traffic. */
  readonly messages: number | undefined;
  readonly windowMs: number | undefined;
  /** Event types of the window and how many. */
  readonly types: Readonly<Record<string, number>>;
}

/** §3.4, percentages 0–100. */
export interface SystemHealthRecord extends Sourced {
  readonly t: 'system-health';
  readonly totalAgents: number | undefined;
  readonly activeAgents: number | undefined;
  readonly degradedAgents: number | undefined;
  readonly errorAgents: number | undefined;
  readonly tasksCompleted: number | undefined;
  readonly errors: number | undefined;
  readonly insights: number | undefined;
  readonly cpuPercent: number | undefined;
  readonly memoryPercent: number | undefined;
  readonly uptimeS: number | undefined;
  readonly heartbeatCount: number | undefined;
  readonly redisConnected: boolean | undefined;
}

export interface IncidentRecord extends Sourced {
  readonly t: 'incident';
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low' | 'info' | 'unknown';
  /** MAS says `open` for active. */
  readonly status: 'active' | 'investigating' | 'resolved' | 'ignored' | 'unknown';
  readonly kind: string | undefined;
  readonly tags: readonly string[];
}

/** What `call` of this upstream takes: name → arguments. Nothing starts, stops or restarts one agent: MAS has no such route. */
export interface MasTopologyCalls {
  /** One agent with its metrics. */
  agent: { readonly id: string };
  dashboard: Readonly<Record<string, never>>;
  /** The newest of the ledger, into `log`. */
  activity: Readonly<Record<string, never>>;
  /** Flips a flag in the registry's memory, and nothing else. */
  'agent.activate': { readonly id: string };
  'agent.deactivate': { readonly id: string };
  /** Starts or stops every agent there is; for owners. */
  'runner.start': Readonly<Record<string, never>>;
  'runner.stop': Readonly<Record<string, never>>;
  'incident.update': {
    readonly id: string;
    readonly status: 'open' | 'investigating' | 'resolved' | 'ignored';
    readonly actor?: string;
  };
  /** Asks for every snapshot now, at most once a minute. */
  refresh: Readonly<Record<string, never>>;
}

/** One kind of snapshot and whether it can be had. What was before stays while it cannot. */
export interface MasSourceRecord {
  readonly t: 'mas-source';
  /** `agents`, `instruments` … */
  readonly id: string;
  readonly path: string;
  readonly available: boolean;
  /** Why not, for people. */
  readonly why: string | undefined;
  readonly rx: EpochMs;
  /** When it was had last. */
  readonly lastGoodAt: EpochMs | undefined;
  /** What it says about itself besides its items. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** §3.4; told once although MAS repeats the last ten every 15 s. `at` is when it was completed. */
export interface TaskRecord extends Sourced {
  readonly t: 'task';
  readonly event: string;
  readonly agentId: string | undefined;
  readonly taskId: string | undefined;
  readonly tasksProcessed: number | undefined;
  readonly summary: string;
}

/** §4. What agents say to each other is not in it, only that they did: the names of what the payload has, and short plain values. */
export interface BusEventRecord extends Sourced {
  readonly t: 'bus-event';
  readonly type: string;
  readonly from: string;
  readonly to: string;
  /** `agents:tasks` … */
  readonly channel: string;
  readonly traceId: string | undefined;
  readonly classification: string | undefined;
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * What happened, for reading: lifecycle (the supervisor's words), agent-error (a heartbeat turned degraded or error), restart (MAS began
 * anew: its heartbeat count went down), activity (the ledger, when asked for), snapshot (the socket's snapshot cannot be had), refused (MAS said no to us).
 */
export interface TopologyLogRecord extends Sourced {
  readonly t: 'topology-log';
  readonly what: 'lifecycle' | 'agent-error' | 'agent-recovered' | 'activity' | 'restart' | 'snapshot' | 'refused';
  readonly agentId: string | undefined;
  /** The word of MAS: `agent_unresponsive`. */
  readonly word: string;
  /** Why, as far as MAS told: last_error, reason, elapsed seconds. */
  readonly why: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}
