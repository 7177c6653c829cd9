import type { Outcome } from '../../../src/contract/hub-api.ts';
import { isFields, textOf } from '../../../src/upstreams/mas/fields.ts';
import type { Scientific } from '../../../src/upstreams/mas-scientific/scientific.ts';
import type { AdapterHost } from '../adapter.ts';
import { argsOf, failure, pathId } from '../mas/outcomes.ts';

/** Commands on one thing: which path its id stands in, and the verbs that MAS knows. */
const VERBS: Readonly<Record<string, readonly [path: string, verbs: readonly string[]]>> = {
  instrument: ['/scientific/lab/instruments/', ['calibrate']],
  simulation: ['/scientific/simulation/jobs/', ['pause', 'resume', 'cancel']],
  experiment: ['/scientific/experiments/', ['start', 'pause', 'cancel']],
  hypothesis: ['/scientific/hypotheses/', ['test']],
  session: ['/scientific/bio/fci/sessions/', ['start', 'pause', 'stop']],
};

/** New things: the path, and the texts that must be given. What else is given goes along. */
const CREATED: Readonly<Record<string, readonly [path: string, required: readonly string[], more: readonly string[]]>> =
  {
    instrument: ['/scientific/lab/instruments', ['name', 'type'], []],
    simulation: ['/scientific/simulation/jobs', ['name', 'type'], ['config']],
    experiment: ['/scientific/experiments', ['name'], ['parameters']],
    hypothesis: ['/scientific/hypotheses', ['statement'], []],
    session: ['/scientific/bio/fci/sessions', ['species'], ['strain']],
  };

const MAX_TEXT = 500;

/**
 * `experiment.pause` and the like: asked of MAS, and only what MAS answers is believed. `recheck`: its list is to be asked again, since an
 * answer is a word and the list is the fact.
 */
export async function callLab(
  name: string,
  given: unknown,
  host: AdapterHost,
  model: Scientific,
  recheck: (path: string) => void,
): Promise<Outcome<unknown>> {
  const args = argsOf(given);
  const [thing = '', verb = ''] = name.split('.');
  const request = verb === 'create' ? creation(thing, args) : action(thing, verb, args);
  if ('ok' in request) return request;
  const outcome = await host.request('POST', request.path, request.body);
  if (!outcome.ok) return outcome;
  if (!model.commanded(request.path, outcome.value, host.out, host.context()))
    return failure('upstream-failed', 'MAS did not say what became of it');
  recheck(request.path);
  return outcome;
}

interface Request {
  readonly path: string;
  readonly body?: unknown;
}

function action(thing: string, verb: string, args: Readonly<Record<string, unknown>>): Request | Outcome<never> {
  const known = Object.hasOwn(VERBS, thing) ? VERBS[thing] : undefined;
  if (known === undefined || !known[1].includes(verb))
    return failure('command-not-supported', `MAS has no way to do ${thing}.${verb}`);
  const id = pathId(args);
  return id === undefined
    ? failure('command-bad-parameter', `id: which ${thing}`)
    : { path: `${known[0]}${id}/${verb}` };
}

function creation(thing: string, args: Readonly<Record<string, unknown>>): Request | Outcome<never> {
  const known = Object.hasOwn(CREATED, thing) ? CREATED[thing] : undefined;
  if (known === undefined) return failure('command-not-supported', `MAS cannot make a new ${thing}`);
  const [path, required, more] = known;
  const body: Record<string, unknown> = {};
  for (const name of required) {
    const text = textOf(args[name], MAX_TEXT);
    if (text === undefined) return failure('command-bad-parameter', `${name}: a text, not blank`);
    body[name] = text;
  }
  for (const name of more) {
    const value = isFields(args[name]) ? args[name] : textOf(args[name], MAX_TEXT);
    if (value !== undefined) body[name] = value;
  }
  return { path, body };
}
