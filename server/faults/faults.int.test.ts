import { expect, type TestContext, test } from 'vitest';
import { NO_REDIS, REDIS_SERVER } from '../bus/redis/redis-process.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Engine } from './stage.ts';
import { storm } from './storm.ts';

/** Few clients: what is proved is the same, and the machine of a check is small. */
const SHORT = { publishers: 12, subscribers: 32, perSecond: 4, keeps: false } as const;

const prove = async (context: TestContext, engine: Engine, name: string, seed: number): Promise<void> => {
  context.skip(engine === 'redis' && REDIS_SERVER === undefined, NO_REDIS);
  const only = SCENARIOS.find((scenario) => scenario.name === name);
  const { findings, counts } = await storm({ ...SHORT, engine, seed, only });
  expect(findings).toEqual([]);
  expect(counts?.received).toBeGreaterThan(0);
};

/** A storm ends by its own limits; this only ends one that hangs. */
const HANGS_MS = 120_000;

test(
  'two servers, Redis killed and empty: everybody is told what is lost, and converges',
  { timeout: HANGS_MS },
  (context) => prove(context, 'redis', 'redis-killed-none', 1),
);

test(
  'two servers, one killed under load: its clients go on at the other, and nothing is missing',
  { timeout: HANGS_MS },
  (context) => prove(context, 'redis', 'server-killed', 2),
);

test('one server, connections cut in the middle of a frame: nothing is missing', { timeout: HANGS_MS }, (context) =>
  prove(context, 'memory', 'clients-torn', 3),
);
