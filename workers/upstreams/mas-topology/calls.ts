import type { Outcome } from '../../../src/contract/hub-api.ts';
import type { MasTopologyCalls } from '../../../src/contract/upstream/mas-topology.ts';
import type { Fields } from '../../../src/upstreams/mas/fields.ts';
import { TOPOLOGY_QUESTIONS } from '../../../src/upstreams/mas-topology/rest.ts';
import type { Topology } from '../../../src/upstreams/mas-topology/topology.ts';
import type { AdapterHost } from '../adapter.ts';
import { argsOf, failure, pathId } from '../mas/outcomes.ts';

type Paths = Readonly<Partial<Record<keyof MasTopologyCalls, (args: Fields) => string | undefined>>>;

/** Answers that go into the picture as well as to whoever asked. */
const QUESTIONS: Paths = {
  agent: (args) => withId(args, '/orchestrator/agents/'),
  dashboard: () => TOPOLOGY_QUESTIONS.dashboard,
  activity: () => `${TOPOLOGY_QUESTIONS.activity}?limit=100`,
};

/** Flips a flag in MAS's memory; neither starts nor stops anything. */
const POSTS: Paths = {
  'agent.activate': (args) => withId(args, '/agents/registry/activate/'),
  'agent.deactivate': (args) => withId(args, '/agents/registry/deactivate/'),
  'runner.start': () => '/runner/start',
  'runner.stop': () => '/runner/stop',
};

/** The list in which an act shows; asked for once more when MAS took it. */
const SHOWS_IN: Readonly<Partial<Record<keyof MasTopologyCalls, string>>> = {
  'agent.activate': 'registry',
  'agent.deactivate': 'registry',
  'incident.update': 'incidents',
};

/** Its lists. */
export interface Lists {
  /** All, at most once a minute; false: that is not over. */
  refetch(): boolean;
  askFor(list: string): void;
}

const INCIDENT_STATUSES = new Set(['open', 'investigating', 'resolved', 'ignored']);

const withId = (args: Fields, before: string): string | undefined => {
  const id = pathId(args);
  return id === undefined ? undefined : before + id;
};

/** What a person may ask of MAS's agents. There is no way to start, stop or restart one of them, and it is not pretended. */
export async function callTopology(
  name: string,
  given: unknown,
  host: AdapterHost,
  model: Topology,
  lists: Lists,
): Promise<Outcome<unknown>> {
  const outcome = await call(name, argsOf(given), host, model, lists);
  if (!outcome.ok) return outcome;
  const list = SHOWS_IN[name as keyof MasTopologyCalls];
  if (list !== undefined) lists.askFor(list);
  // Whether the agents run now is told by the dashboard alone.
  if (name === 'runner.start' || name === 'runner.stop') await call('dashboard', {}, host, model, lists);
  return outcome;
}

async function call(
  name: string,
  args: Fields,
  host: AdapterHost,
  model: Topology,
  lists: Lists,
): Promise<Outcome<unknown>> {
  if (name === 'refresh')
    return lists.refetch() ? { ok: true, value: undefined } : failure('limit-reached', 'asked less than a minute ago');
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name as keyof MasTopologyCalls] : undefined;
  const post = Object.hasOwn(POSTS, name) ? POSTS[name as keyof MasTopologyCalls] : undefined;
  if (question) {
    const path = question(args);
    if (path === undefined) return failure('command-bad-parameter', 'id: which agent');
    const outcome = await host.request('GET', path);
    if (outcome.ok && !model.answer(path, outcome.value, host.out, host.context()))
      return failure('upstream-failed', 'MAS answers something else than was asked for');
    return outcome;
  }
  if (post) {
    const path = post(args);
    return path === undefined ? failure('command-bad-parameter', 'id: which agent') : host.request('POST', path);
  }
  if (name === 'incident.update') return updateIncident(args, host);
  return failure('command-not-supported', `MAS has no way to do ${name}`);
}

async function updateIncident(args: Fields, host: AdapterHost): Promise<Outcome<unknown>> {
  const path = withId(args, '/api/incidents/');
  if (path === undefined) return failure('command-bad-parameter', 'id: which incident');
  const { status } = args;
  if (typeof status !== 'string' || !INCIDENT_STATUSES.has(status))
    return failure('command-bad-parameter', `status: one of ${[...INCIDENT_STATUSES].join(', ')}`);
  return host.request('PATCH', path, { status, ...(typeof args.actor === 'string' && { actor: args.actor }) });
}
