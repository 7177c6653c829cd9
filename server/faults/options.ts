import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Engine } from './stage.ts';

export interface FaultOptions {
  readonly engine: Engine;
  readonly runs: number;
  /** Of the first run; each next one has the next. */
  readonly seed: number;
  /** These scenarios alone, each in a run of its own. Empty: random mixes. */
  readonly only: readonly Scenario[];
  readonly publishers: number;
  readonly subscribers: number;
  readonly perSecond: number;
  readonly keeps: boolean;
}

export const USAGE = `usage: npm run test:faults -- [--runs N] [--seed S] [--engine redis|memory] [--only SCENARIO|all]
                            [--publishers 50] [--subscribers 200] [--rate 4] [--keep]
  --runs N     random mixes, one after the other (or HYPHAE_FAULT_RUNS; default 10)
  --seed S     of the first run; run number i has seed S + i
  --only NAME  one scenario alone; all: each once
  --keep       keep the logs even of a good run
scenarios:
${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(24)} ${about}`).join('\n')}
`;

/** Reads the command line. Throws `RangeError` with what is wrong. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  freshSeed: () => number,
): FaultOptions {
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const name = args[index] ?? '';
    if (!NAMES.has(name)) throw new RangeError(`"${name}" is not an option`);
    const value = name === '--keep' ? 'yes' : args[++index];
    if (value === undefined) throw new RangeError(`${name} needs a value`);
    given.set(name, value);
  }
  const whole = (name: string, initial: number, most: number): number => {
    const text = given.get(name);
    const value = text === undefined ? initial : Number(text);
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new RangeError(`${name} ${text} must be a whole number from 1 to ${most}`);
    return value;
  };
  const engine = given.get('--engine') ?? 'redis';
  if (engine !== 'redis' && engine !== 'memory') throw new RangeError(`--engine ${engine} must be redis or memory`);
  const name = given.get('--only');
  const only = SCENARIOS.filter((scenario) =>
    name === 'all' ? scenario.engines.includes(engine) : scenario.name === name,
  );
  if (name !== undefined && only.length === 0) throw new RangeError(`there is no scenario "${name}"`);
  const wrong = only.find((scenario) => !scenario.engines.includes(engine));
  if (wrong !== undefined) throw new RangeError(`${wrong.name} needs --engine ${wrong.engines.join(' or ')}`);
  const byDefault = Number(env.HYPHAE_FAULT_RUNS ?? (only.length > 0 ? only.length : 10));
  return {
    engine,
    runs: whole('--runs', byDefault, 10_000),
    seed: whole('--seed', freshSeed(), 2 ** 32 - 10_001),
    only,
    publishers: whole('--publishers', 50, 1_000),
    subscribers: whole('--subscribers', 200, 5_000),
    perSecond: whole('--rate', 4, 100),
    keeps: given.has('--keep'),
  };
}

const NAMES: ReadonlySet<string> = new Set([
  '--runs',
  '--seed',
  '--engine',
  '--only',
  '--publishers',
  '--subscribers',
  '--rate',
  '--keep',
]);
