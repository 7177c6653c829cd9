import { parsed, zonedUtc } from '../mas/words.ts';
import type { SimAnswer, SimHost, SimRequest } from '../simulator.ts';
import type { SimExperiment, SimJob, SimLab, SimSession } from './lab.ts';

const CRASHED: SimAnswer = { status: 500, text: 'Internal Server Error' };
/** Tables whose list fails in MAS as soon as there is a row. */
const FRAGILE = new Set(['/scientific/simulation/jobs', '/scientific/experiments', '/scientific/hypotheses']);

/** What the simulated lab answers over HTTP; undefined: there is no such path. */
export function scientificAnswer(request: SimRequest, lab: SimLab, host: SimHost): SimAnswer | undefined {
  const { method, path } = request;
  if (host.fault('no-database') && path.startsWith('/scientific/')) return CRASHED;
  if (method === 'POST') return posted(path, request.body, lab, host);
  if (method !== 'GET') return undefined;
  if (FRAGILE.has(path) && host.fault('snapshot-500')) return CRASHED;
  switch (path) {
    case '/scientific/lab/instruments':
      return { json: { instruments: lab.instruments, source: 'live' } };
    case '/scientific/simulation/jobs':
      return { json: { simulations: lab.jobs.map(jobItem), gpuUtilization: null, queueLength: 0, source: 'live' } };
    case '/scientific/experiments':
      return {
        json: { experiments: lab.experiments.map(experimentItem), stats: statsOf(lab.experiments), source: 'live' },
      };
    case '/scientific/hypotheses':
      return { json: { hypotheses: lab.hypotheses, stats: statsOf(lab.hypotheses), source: 'live' } };
    case '/scientific/bio/fci/sessions':
      return {
        json: {
          sessions: lab.sessions.map((session) => sessionItem(session, host)),
          electrodeStatus: [],
          signalQuality: null,
          source: 'live',
        },
      };
    case '/scientific/safety/status':
      return host.fault('no-safety')
        ? { status: 503, json: { detail: 'SAFETY_STATUS_URL not configured' } }
        : { json: { status: 'ok', airflow_ok: true, door_open: false, co2_ppm: 640, source: 'simulated' } };
    case '/ws/scientific/status':
      return { json: streamStatus(host) };
    case '/api/scientific/experiments':
      return {
        json: {
          experiments: [
            {
              id: 'exp-51a0000001',
              name: 'Tray 12',
              status: 'pending',
              protocol_json: {},
              created_at: zonedUtc(host.now() - 8e7),
            },
          ],
          source: 'postgresql',
        },
      };
    case '/api/scientific/simulations/live':
      return {
        json: {
          source: 'external-services',
          data: { physicsnemo: { error: 'unavailable', detail: 'connect timeout' } },
        },
      };
    default:
      return undefined;
  }
}

const jobItem = ({ id, name, type, status, progress }: SimJob): object => ({
  id,
  name,
  type,
  status,
  // No endpoint of MAS ever writes progress: a list says what it was at the beginning.
  progress: progress === 0 ? 0 : 1,
  eta: null,
  gpu: null,
  config: {},
});

const experimentItem = ({ id, name, status, totalSteps }: SimExperiment): object => ({
  id,
  name,
  status,
  currentStep: 0,
  totalSteps,
  parameters: {},
  startedAt: null,
});

const sessionItem = (session: SimSession, host: SimHost): object => ({
  id: session.id,
  species: session.species,
  strain: session.strain,
  status: session.status,
  duration: Math.round((host.now() - session.startedMs) / 1_000),
  electrodesActive: 60,
  totalElectrodes: 64,
  sampleRate: 1_000,
});

const statsOf = (rows: readonly { readonly status: string }[]): Record<string, number> => {
  const stats: Record<string, number> = {};
  for (const { status } of rows) stats[status] = (stats[status] ?? 0) + 1;
  return stats;
};

const streamStatus = (host: SimHost): object => {
  const count = host.fault('no-database') ? null : 4;
  return {
    status: 'online',
    totalConnections: 1,
    subscriptions: {},
    persistence: { experiments: count, observations: count, datasets: count, equipment: count },
  };
};

interface Rule {
  readonly rows: (lab: SimLab) => readonly { readonly id: string; status: string }[];
  readonly answerId: string;
  readonly missing: string;
  /** Verb → the status that the row has then, and the word of the answer where it is another. */
  readonly verbs: Readonly<Record<string, readonly [status: string, word?: string]>>;
}

const RULES: Readonly<Record<string, Rule>> = {
  'lab/instruments': {
    rows: (lab) => lab.instruments,
    answerId: 'instrumentId',
    missing: 'Instrument not found',
    verbs: { calibrate: ['maintenance', 'calibrating'] },
  },
  'simulation/jobs': {
    rows: (lab) => lab.jobs,
    answerId: 'simulationId',
    missing: 'Simulation not found',
    verbs: { pause: ['paused'], resume: ['running'], cancel: ['failed'] },
  },
  experiments: {
    rows: (lab) => lab.experiments,
    answerId: 'experimentId',
    missing: 'Experiment not found',
    verbs: { start: ['running'], pause: ['pending'], cancel: ['failed'] },
  },
  hypotheses: {
    rows: (lab) => lab.hypotheses,
    answerId: 'hypothesisId',
    missing: 'Hypothesis not found',
    verbs: { test: ['testing'] },
  },
  'bio/fci/sessions': {
    rows: (lab) => lab.sessions,
    answerId: 'sessionId',
    missing: 'Session not found',
    verbs: { start: ['recording'], pause: ['paused'], stop: ['idle'], stimulate: ['stimulating'] },
  },
};

function posted(path: string, body: string, lab: SimLab, host: SimHost): SimAnswer | undefined {
  const made = /^\/scientific\/(lab\/instruments|simulation\/jobs|experiments|hypotheses|bio\/fci\/sessions)$/.exec(
    path,
  );
  if (made) return created(made[1] ?? '', parsed(body), lab, host);
  const match =
    /^\/scientific\/(lab\/instruments|simulation\/jobs|experiments|hypotheses|bio\/fci\/sessions)\/([^/]+)\/(\w+)$/.exec(
      path,
    );
  const rule = match?.[1] === undefined ? undefined : RULES[match[1]];
  if (match === null || rule === undefined) return undefined;
  const id = decodeURIComponent(match[2] ?? '');
  const verb = rule.verbs[match[3] ?? ''];
  if (verb === undefined) return { status: 400, json: { detail: `Unknown action: ${match[3]}` } };
  const row = rule.rows(lab).find((one) => one.id === id);
  if (row === undefined) return { status: 404, json: { detail: rule.missing } };
  row.status = verb[0];
  return { json: { status: verb[1] ?? verb[0], [rule.answerId]: id } };
}

/** What each new thing must be given. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'lab/instruments': ['name', 'type'],
  'simulation/jobs': ['name', 'type'],
  experiments: ['name'],
  hypotheses: ['statement'],
  'bio/fci/sessions': ['species'],
};

function created(kind: string, body: unknown, lab: SimLab, host: SimHost): SimAnswer {
  const fields = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const missing = (NEEDED[kind] ?? []).find((name) => typeof fields[name] !== 'string');
  if (missing !== undefined)
    return {
      status: 422,
      json: { detail: [{ loc: ['body', missing], msg: 'field required', type: 'value_error.missing' }] },
    };
  const text = (name: string): string => String(fields[name]);
  switch (kind) {
    case 'experiments':
      return { json: experimentItem(lab.addExperiment(text('name'))) };
    case 'simulation/jobs':
      return { json: jobItem(lab.addJob(text('name'), text('type'))) };
    case 'lab/instruments':
      return { json: lab.addInstrument(text('name'), text('type')) };
    case 'hypotheses':
      return { json: lab.addHypothesis(text('statement')) };
    default:
      return {
        json: sessionItem(
          lab.addSession(text('species'), typeof fields.strain === 'string' ? fields.strain : null),
          host,
        ),
      };
  }
}
