import { UPSTREAMS, type UpstreamSlug } from '../../src/contract/upstream/upstream.ts';
import type { GatewayFile, UpstreamConfig } from './config-schema.ts';
import type { GatewayPreset } from './preset.ts';
import { RouteTable } from './route-match.ts';

export interface BudgetLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

/** One upstream that the gateway reaches. */
export interface Target {
  readonly slug: UpstreamSlug;
  readonly name: string | undefined;
  readonly simulated: boolean;
  /** Below it are the upstream's own paths. */
  readonly base: URL;
  readonly altBase: URL | undefined;
  readonly altPaths: readonly string[];
  readonly routes: RouteTable;
  /** The secret and what else goes with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly screen: GatewayPreset['screen'];
  readonly refuse: GatewayPreset['refuse'];
  /** undefined: nobody counts there. */
  readonly budget: BudgetLimits | undefined;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
/** MAS counts 60 a minute and 1,000 an hour for all of us together; others of this address ask, too. */
const MAS_BUDGET: BudgetLimits = { perMinute: 50, perHour: 900 };
const DEFAULT_BUDGETS: Partial<Record<UpstreamSlug, BudgetLimits>> = {
  'mas-scientific': MAS_BUDGET,
  'mas-topology': MAS_BUDGET,
  'mas-devices': MAS_BUDGET,
  'mas-voice': MAS_BUDGET,
  // 60 a minute and 10,000 a day for a key; each connect counts.
  mycorrhizae: { perMinute: 50, perHour: 400 },
};

export interface TargetSources {
  readonly file: GatewayFile | undefined;
  readonly presets: readonly GatewayPreset[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the simulator of an upstream is, if one runs. */
  readonly simulator: (slug: UpstreamSlug) => string | undefined;
  /** Processes that share a port; each keeps to its part of a budget. Default: 1. */
  readonly processes?: number;
}

/** Which upstreams a simulator must stand for. */
export const toSimulate = (file: GatewayFile | undefined, simulateMissing: boolean): readonly UpstreamSlug[] =>
  UPSTREAMS.filter((slug) => {
    const one = file?.upstreams[slug];
    return one?.simulate === true || (simulateMissing && one === undefined);
  });

/** Every upstream that can be reached, from what was configured, what simulators there are, and what is known of each. */
export function makeTargets({
  file,
  presets,
  env,
  simulator,
  processes = 1,
}: TargetSources): ReadonlyMap<string, Target> {
  const targets = new Map<string, Target>();
  for (const slug of UPSTREAMS) {
    const config = file?.upstreams[slug] ?? {};
    const simulated = config.simulate === true || config.url === undefined;
    const url = simulated ? simulator(slug) : config.url;
    if (url === undefined) continue;
    const preset = presets.find((one) => one.slug === slug);
    const altUrl = simulated ? undefined : config.altUrl;
    targets.set(slug, {
      slug,
      name: config.name,
      simulated,
      base: new URL(url),
      altBase: altUrl === undefined ? undefined : new URL(altUrl),
      altPaths: preset?.altPaths ?? [],
      routes: new RouteTable([...(config.allow?.also ?? []), ...(preset?.routes ?? [])], config.allow?.only),
      headers: headersOf(config, preset, env, simulated),
      screen: preset?.screen,
      refuse: preset?.refuse,
      budget: partOf(budgetOf(slug, config, simulated), processes),
      timeoutMs: config.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    });
  }
  return targets;
}

function headersOf(
  { headers = {}, secret }: UpstreamConfig,
  preset: GatewayPreset | undefined,
  env: TargetSources['env'],
  simulated: boolean,
): Readonly<Record<string, string>> {
  const header = secret?.header ?? preset?.secretHeader;
  if (header === undefined) return headers;
  // A simulator is told no secret, only that there is one.
  if (simulated) return { [header]: 'myco_simulated_00000000000000000000000000000000', ...headers };
  const value = secret && env[secret.env];
  return value === undefined ? headers : { ...headers, [header]: `${secret?.prefix ?? ''}${value}` };
}

function budgetOf(slug: UpstreamSlug, { budget }: UpstreamConfig, simulated: boolean): BudgetLimits | undefined {
  const initial = simulated ? undefined : DEFAULT_BUDGETS[slug];
  if (budget === undefined) return initial;
  return {
    perMinute: budget.perMinute ?? initial?.perMinute ?? Number.POSITIVE_INFINITY,
    perHour: budget.perHour ?? initial?.perHour ?? Number.POSITIVE_INFINITY,
  };
}

const partOf = (budget: BudgetLimits | undefined, processes: number): BudgetLimits | undefined =>
  budget && {
    perMinute: Math.max(1, Math.floor(budget.perMinute / processes)),
    perHour: Math.max(1, Math.floor(budget.perHour / processes)),
  };

/** The address of a path; `ws` for sockets is up to the client. The host is the target's, whatever the path says. */
export function addressOf(target: Target, path: string, query: string): URL {
  const isAlt = target.altPaths.some((prefix) => path === prefix || path.startsWith(`${prefix.replace(/\/$/, '')}/`));
  const base = (isAlt ? target.altBase : undefined) ?? target.base;
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`;
  url.search = query;
  return url;
}
