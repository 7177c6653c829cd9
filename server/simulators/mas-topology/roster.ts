/** Names as MAS has them; the rest are numbered. */
const NAMED: readonly (readonly [id: string, category: string])[] = [
  ['myca-orchestrator', 'core'],
  ['manager-agent', 'core'],
  ['guardian-agent', 'core'],
  ['planner', 'core'],
  ['search', 'core'],
  ['dashboard', 'core'],
  ['financial', 'financial'],
  ['relay_financial', 'financial'],
  ['finance_admin', 'financial'],
  ['board_ops', 'corporate'],
  ['marketing', 'corporate'],
  ['sales', 'corporate'],
  ['mycology_bio', 'mycology'],
  ['mycology_knowledge', 'mycology'],
  ['petri_dish_simulator', 'simulation'],
  ['research', 'research'],
  ['device_coordinator', 'data'],
  ['gap_agent', 'core'],
];

export const CATEGORIES = [
  'core',
  'financial',
  'corporate',
  'mycology',
  'research',
  'data',
  'infrastructure',
  'simulation',
  'communication',
  'security',
  'dao',
  'integration',
] as const;

/** An agent of the simulated MAS. */
export interface SimAgent {
  readonly id: string;
  readonly category: string;
  readonly firstSeenMs: number;
  status: string;
  completed: number;
  failed: number;
  cycles: number;
  lastCycleMs: number | undefined;
  consecutiveErrors: number;
  lastError: string | undefined;
  /** The flag of the registry. */
  isEnabled: boolean;
}

export function makeAgent(index: number, now: number): SimAgent {
  const named = NAMED[index];
  const category = named?.[1] ?? CATEGORIES[index % CATEGORIES.length] ?? 'core';
  return {
    id: named?.[0] ?? `${category}_agent_${index}`,
    category,
    firstSeenMs: now - 7_200_000,
    status: index % 9 === 4 ? 'active' : 'idle',
    completed: 0,
    failed: 0,
    cycles: 0,
    lastCycleMs: undefined,
    consecutiveErrors: 0,
    lastError: undefined,
    isEnabled: true,
  };
}

const ERRORS = ['TimeoutError: MINDEX', "KeyError: 'ledger'", 'ConnectionResetError', 'ValueError: no plan'];

/** One cycle of one agent: it mostly has nothing to do, sometimes works, and now and then fails. */
export function cycle(agent: SimAgent, now: number, random: () => number): boolean {
  agent.cycles += 1;
  agent.lastCycleMs = now;
  if (random() < 0.12) {
    agent.failed += 1;
    agent.consecutiveErrors += 1;
    agent.lastError = ERRORS[Math.floor(random() * ERRORS.length)];
    agent.status = agent.consecutiveErrors >= 3 ? 'error' : 'degraded';
    return false;
  }
  agent.completed += 1;
  agent.consecutiveErrors = 0;
  agent.lastError = undefined;
  agent.status = random() < 0.4 ? 'active' : 'idle';
  return true;
}

/** `mycology_bio` → `MycologyBioAgent`. */
export const classNameOf = (id: string): string =>
  `${id
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Agent`;

export const displayNameOf = (id: string): string => classNameOf(id).replace(/([a-z])([A-Z])/g, '$1 $2');
