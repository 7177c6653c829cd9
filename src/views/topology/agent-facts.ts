import type { EpochMs } from '../../contract/time.ts';
import {
  type AgentAges,
  type AgentRecord,
  type AgentState,
  type EdgeRecord,
  HEARTBEAT_MS,
} from '../../contract/upstream/mas-topology.ts';

/** What is on screen of one agent: its record, its newest heartbeat, and what was counted between it and others. */
export interface AgentFacts {
  readonly id: string;
  readonly agent: AgentRecord;
  readonly heardAt: EpochMs | undefined;
  /** Since then neither MAS nor its lists tell of it; undefined: it is there. */
  readonly goneSince: EpochMs | undefined;
  /** Messages per minute seen on the bus, told and heard; undefined: no edge of it was ever seen. */
  readonly outPerMin: number | undefined;
  readonly inPerMin: number | undefined;
}

/** How loud an agent is, and the order of tables: what needs somebody comes first. */
export type Loudness = 'alarm' | 'warn' | 'unsure' | 'calm';

const STATE_LOUDNESS: Readonly<Record<AgentState, Loudness>> = {
  error: 'alarm',
  offline: 'alarm',
  unresponsive: 'warn',
  degraded: 'warn',
  starting: 'unsure',
  stopping: 'unsure',
  unknown: 'unsure',
  busy: 'calm',
  active: 'calm',
  idle: 'calm',
};

export const loudnessOf = ({ agent, goneSince }: Pick<AgentFacts, 'agent' | 'goneSince'>): Loudness => {
  if (goneSince !== undefined) return 'warn';
  const loudness = STATE_LOUDNESS[agent.state] ?? 'unsure';
  // Nobody's heartbeat comes: that is told once, for all, and not as a hundred alarms.
  if (agent.flags.includes('no-heartbeats')) return 'unsure';
  return loudness === 'calm' && agent.life === 'stale' ? 'warn' : loudness;
};

const RANK = { alarm: 0, warn: 1, unsure: 2, calm: 3 } as const satisfies Record<Loudness, number>;
export const loudnessRank = (facts: AgentFacts): number => RANK[loudnessOf(facts)];

export const isTroubled = (facts: AgentFacts): boolean => loudnessRank(facts) <= RANK.warn;

/** Heartbeats that should have come since the last one; undefined when none was ever heard. */
export function missedHeartbeats(heardAt: EpochMs | undefined, now: EpochMs): number | undefined {
  if (heardAt === undefined) return undefined;
  return Math.max(0, Math.floor((now - heardAt) / HEARTBEAT_MS));
}

/** The newest of what the record says and what the ages say. */
export function heardAtOf(agent: AgentRecord, ages: AgentAges | undefined): EpochMs | undefined {
  const again = ages !== undefined && Object.hasOwn(ages.heardAt, agent.id) ? ages.heardAt[agent.id] : undefined;
  if (again === undefined || !Number.isFinite(again)) return agent.heardAt;
  return agent.heardAt === undefined ? again : Math.max(agent.heardAt, again);
}

/** Messages per minute of an edge; undefined: it is no traffic, or what it says is no number. */
export function perMinute({ messages, windowMs }: EdgeRecord): number | undefined {
  if (messages === undefined || windowMs === undefined || !Number.isFinite(messages) || !(windowMs > 0))
    return undefined;
  return messages < 0 ? undefined : (messages * 60_000) / windowMs;
}

export interface Traffic {
  readonly out: number;
  readonly in: number;
}
