import type { AgentRecord, EdgeRecord, TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import type { AgentFacts } from './agent-facts.ts';

const SOURCED = { at: 1, atFrom: 'arrival', rx: 1, source: 'test', provenance: 'measured', flags: [] } as const;

export const testAgent = (id: string, more: Partial<AgentRecord> = {}): AgentRecord => ({
  ...SOURCED,
  t: 'agent',
  id,
  name: id,
  category: 'core',
  description: undefined,
  capabilities: [],
  keywords: [],
  state: 'idle',
  said: 'idle',
  life: 'live',
  heardAt: undefined,
  metrics: undefined,
  lastError: undefined,
  why: undefined,
  enabled: undefined,
  version: undefined,
  ...more,
});

export const factsOf = (agent: AgentRecord): AgentFacts => ({
  id: agent.id,
  agent,
  heardAt: agent.heardAt,
  goneSince: undefined,
  outPerMin: undefined,
  inPerMin: undefined,
});

export const edge = (from: string, to: string, kind: EdgeRecord['kind'], messages?: number): EdgeRecord => ({
  ...SOURCED,
  t: 'edge',
  from,
  to,
  kind,
  messages,
  windowMs: messages === undefined ? undefined : 60_000,
  types: {},
});

export const logRecord = (more: Pick<TopologyLogRecord, 'at' | 'what' | 'word'>): TopologyLogRecord => ({
  ...SOURCED,
  t: 'topology-log',
  agentId: 'a',
  why: undefined,
  details: {},
  ...more,
});
