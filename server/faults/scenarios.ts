import { BUS_SCENARIOS } from './bus-scenarios.ts';
import { CLIENT_SCENARIOS } from './client-scenarios.ts';
import { REDIS_SCENARIOS } from './redis-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { SERVER_SCENARIOS } from './server-scenarios.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...REDIS_SCENARIOS,
  ...BUS_SCENARIOS,
  ...SERVER_SCENARIOS,
  ...CLIENT_SCENARIOS,
];
