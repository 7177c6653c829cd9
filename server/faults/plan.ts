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
const FAULTS_PER_LANE = 2;
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
  const lanes = (['bus', 'edge'] as const).map((lane) => {
    const some = SCENARIOS.filter((scenario) => scenario.lane === lane && suits(scenario));
    return Array.from({ length: FAULTS_PER_LANE }, () => pick(some)).flatMap((scenario) =>
      scenario === undefined ? [] : [{ scenario, afterMs: Math.floor(random() * MAX_PAUSE_MS) }],
    );
  });
  return { persistence, lanes };
}

/** A plan in one line. */
export const describePlan = (plan: Plan): string =>
  plan.lanes.map((lane) => lane.map(({ scenario }) => scenario.name).join(', ')).join(' | ');
