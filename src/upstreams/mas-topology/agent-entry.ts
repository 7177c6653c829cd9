import type { EpochMs } from '../../contract/time.ts';
import {
  AGENT_OFFLINE_MS,
  AGENT_STALE_MS,
  type AgentMetrics,
  type AgentRecord,
  type AgentState,
} from '../../contract/upstream/mas-topology.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';

/** What is known of one agent, from whoever said it. */
export interface AgentEntry {
  readonly id: string;
  /** The lists: names, not states. */
  name: string | undefined;
  category: string | undefined;
  description: string | undefined;
  capabilities: readonly string[];
  keywords: readonly string[];
  enabled: boolean | undefined;
  version: string | undefined;
  /** In the newest list of agents. */
  listed: boolean;
  /** In the snapshot of the socket: the other registry, whose names overlap with this one's in one. */
  catalogue: boolean;
  /** The newest word on its state. */
  state: AgentState;
  said: string;
  sourced: Sourced;
  metrics: AgentMetrics | undefined;
  lastError: string | undefined;
  why: string | undefined;
  /** The stream's own time of the newest word, to tell what is older. */
  streamMs: EpochMs | undefined;
  /** Words in a row that were older than that. */
  older: { readonly count: number; readonly ms: EpochMs } | undefined;
  heardAt: EpochMs | undefined;
  published: AgentRecord | undefined;
}

export const newEntry = (id: string, sourced: Sourced): AgentEntry => ({
  id,
  name: undefined,
  category: undefined,
  description: undefined,
  capabilities: [],
  keywords: [],
  enabled: undefined,
  version: undefined,
  listed: false,
  catalogue: false,
  state: 'unknown',
  said: '',
  sourced,
  metrics: undefined,
  lastError: undefined,
  why: undefined,
  streamMs: undefined,
  older: undefined,
  heardAt: undefined,
  published: undefined,
});

export function lifeOf(heardAt: EpochMs | undefined, now: EpochMs): AgentRecord['life'] {
  if (heardAt === undefined) return 'unheard';
  const age = now - heardAt;
  if (age > AGENT_OFFLINE_MS) return 'offline';
  return age > AGENT_STALE_MS ? 'stale' : 'live';
}

/** @param silent nobody's heartbeat comes: it is the stream that is silent, and no agent in particular. */
export function recordOf(entry: AgentEntry, now: EpochMs, silent: boolean): AgentRecord {
  const life = lifeOf(entry.heardAt, now);
  const flags = [...entry.sourced.flags];
  if (life === 'unheard') flags.push(entry.listed ? 'rest-only' : 'unheard');
  if (entry.catalogue) flags.push('catalogue');
  if (life === 'offline') flags.push('aged');
  if (silent && (life === 'stale' || life === 'offline')) flags.push('no-heartbeats');
  return {
    ...entry.sourced,
    flags,
    t: 'agent',
    id: entry.id,
    name: entry.name ?? entry.id,
    category: entry.category,
    description: entry.description,
    capabilities: entry.capabilities,
    keywords: entry.keywords,
    state: life === 'offline' ? 'offline' : entry.state,
    said: entry.said,
    life,
    heardAt: entry.heardAt,
    metrics: entry.metrics,
    lastError: entry.lastError,
    why: entry.why,
    enabled: entry.enabled,
    version: entry.version,
  };
}

/** Whether somebody who sees both would see a difference, other than in their age. */
export function looksTheSame(one: AgentRecord, other: AgentRecord): boolean {
  return (
    one.state === other.state &&
    one.said === other.said &&
    one.life === other.life &&
    one.lastError === other.lastError &&
    one.why === other.why &&
    one.name === other.name &&
    one.category === other.category &&
    one.description === other.description &&
    one.enabled === other.enabled &&
    one.version === other.version &&
    sameMetrics(one.metrics, other.metrics) &&
    sameTexts(one.flags, other.flags) &&
    sameTexts(one.capabilities, other.capabilities) &&
    sameTexts(one.keywords, other.keywords)
  );
}

function sameMetrics(one: AgentMetrics | undefined, other: AgentMetrics | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (Object.keys(one) as (keyof AgentMetrics)[]).every((name) => one[name] === other[name]);
}

const sameTexts = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((text, index) => text === other[index]));
