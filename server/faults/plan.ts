import type { Persistence } from './redis-process.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Engine } from './stage.ts';

export interface PlannedFault {
  readonly scenario: Scenario;
  /** After the one before it in its lane, ms. */
  readonly afterMs: number;
}

export interface Plan {
  readonly persistence: Persistence;
  readonly lanes: readonly (readonly PlannedFault[])[];
}

const PERSISTENCES: readonly Persistence[] = ['none', 'everysec', 'always'];
/** How many faults of each lane happen in a run. */
const LANES = { bus: 2, server: 1, edge: 2 } as const;
const MAX_PAUSE_MS = 1_200;

/** What happens in a run: the same seed, the same plan. `only`: this scenario and nothing else. */
export function drawPlan(engine: Engine, random: () => number, only: Scenario | undefined): Plan {
  const pick = <T>(some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
  if (only !== undefined) {
    const persistence = pick(only.persistence ?? PERSISTENCES) ?? 'none';
    return { persistence, lanes: [[{ scenario: only, afterMs: 500 }]] };
  }
  const persistence = pick(PERSISTENCES) ?? 'none';
  const suits = (scenario: Scenario): boolean =>
    scenario.engines.includes(engine) && (scenario.persistence?.includes(persistence) ?? true);
  const lanes = Object.entries(LANES).map(([lane, faults]) => {
    const some = SCENARIOS.filter((scenario) => scenario.lane === lane && suits(scenario));
    return Array.from({ length: faults }, () => pick(some)).flatMap((scenario) =>
      scenario === undefined ? [] : [{ scenario, afterMs: Math.floor(random() * MAX_PAUSE_MS) }],
    );
  });
  return { persistence, lanes };
}

/** A plan in one line. */
export const describePlan = (plan: Plan): string =>
  plan.lanes
    .filter((lane) => lane.length > 0)
    .map((lane) => lane.map(({ scenario }) => scenario.name).join(', '))
    .join(' | ');
