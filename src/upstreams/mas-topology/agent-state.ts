import type { AgentState } from '../../contract/upstream/mas-topology.ts';

/** §3.2: every word of the five vocabularies, in ours. */
const STATES: ReadonlyMap<string, AgentState> = new Map<string, AgentState>([
  ['active', 'active'],
  ['healthy', 'active'],
  ['busy', 'busy'],
  ['idle', 'idle'],
  ['registered', 'idle'],
  ['paused', 'idle'],
  ['degraded', 'degraded'],
  ['error', 'error'],
  ['unresponsive', 'unresponsive'],
  ['offline', 'offline'],
  ['dead', 'offline'],
  ['archived', 'offline'],
  ['restarted', 'starting'],
  ['starting', 'starting'],
  ['spawning', 'starting'],
  ['initializing', 'starting'],
  ['shutdown', 'stopping'],
  ['stopping', 'stopping'],
]);

/** The supervisor's words are events, not states. undefined: it changes no agent's state. */
const LIFECYCLE: ReadonlyMap<string, AgentState | undefined> = new Map<string, AgentState | undefined>([
  ['supervisor_started', undefined],
  ['agent_unresponsive', 'unresponsive'],
  ['agent_restarted', 'starting'],
  ['agent_restart_failed', 'error'],
]);

export const agentStateOf = (word: string): AgentState => STATES.get(word.trim().toLowerCase()) ?? 'unknown';

export const isLifecycleWord = (word: string): boolean => LIFECYCLE.has(word);

export const lifecycleStateOf = (word: string): AgentState | undefined =>
  LIFECYCLE.has(word) ? LIFECYCLE.get(word) : 'unknown';
