import type { SafetyStatusRecord, TrayExperimentRecord } from '../../contract/upstream/mas-scientific.ts';
import { errorWithin, type FailedAnswer, whyOf } from '../mas/answer.ts';
import { type Fields, idOf, isFields, type Plain, plainFields, textOf } from '../mas/fields.ts';
import { SourceBook } from '../mas/source-book.ts';
import { happened, sourced } from '../mas/sourced.ts';
import { anyMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { experimentOf, hypothesisOf, instrumentOf, sessionOf, simulationOf } from './lab-rows.ts';
import type { LabRow, LabTable } from './lab-table.ts';
import type { LabTables } from './lab-tables.ts';

/** What is asked, and where. */
export const SCIENTIFIC_QUESTIONS = {
  instruments: '/scientific/lab/instruments',
  simulations: '/scientific/simulation/jobs',
  experiments: '/scientific/experiments',
  hypotheses: '/scientific/hypotheses',
  sessions: '/scientific/bio/fci/sessions',
  stream: '/ws/scientific/status',
  safety: '/scientific/safety/status',
  'tray-experiments': '/api/scientific/experiments',
  'simulation-services': '/api/scientific/simulations/live',
} as const;

export type ScientificQuestion = keyof typeof SCIENTIFIC_QUESTIONS;

const IDS = new Map<string, ScientificQuestion>(
  (Object.entries(SCIENTIFIC_QUESTIONS) as [ScientificQuestion, string][]).map(([id, path]) => [path, id]),
);

type Facts = Readonly<Record<string, Plain>>;

/** The snapshots of REST (§4), the answers to commands, and what failures mean. */
export class ScientificRest {
  readonly #tables: LabTables;
  readonly #sources = new SourceBook();

  constructor(tables: LabTables) {
    this.#tables = tables;
  }

  /** An answer with 200 to a question. False: it is not what was asked for, or says that it is not available; what was there stays. */
  read(path: string, value: unknown, out: Out, context: ReadContext): boolean {
    const plainPath = path.split('?')[0] ?? path;
    const id = IDS.get(plainPath);
    if (id === undefined) {
      out.count('unknown', 'answer', plainPath.slice(0, 60));
      return false;
    }
    const error = errorWithin(value);
    const facts = error === undefined ? this.#readKnown(id, value, out, context) : undefined;
    if (facts) this.#sources.available(id, plainPath, out, context, facts);
    else
      this.#sources.unavailable(id, plainPath, error ?? 'MAS answers something else than was asked for', out, context);
    return facts !== undefined;
  }

  /** An answer that is none. Gives why, for people. */
  failed(path: string, answer: FailedAnswer | undefined, why: string, out: Out, context: ReadContext): string {
    const plainPath = path.split('?')[0] ?? path;
    const words = whyOf(answer, why);
    this.#sources.unavailable(IDS.get(plainPath) ?? plainPath, plainPath, words, out, context);
    return words;
  }

  /** The answer with 200 to a command. True when it says what became of something. */
  commanded(path: string, value: unknown, out: Out, context: ReadContext): boolean {
    const match =
      /^\/scientific\/(lab\/instruments|simulation\/jobs|experiments|hypotheses|bio\/fci\/sessions)(?:\/([^/]+)\/\w+)?$/.exec(
        path,
      );
    if (match === null || !isFields(value)) return false;
    const item = match[2] === undefined ? value : this.#changed(match[1] ?? '', decodeURIComponent(match[2]), value);
    if (item === undefined) return false;
    const from = sourced(context, undefined, path.slice(0, 80));
    switch (match[1]) {
      case 'lab/instruments':
        return put(this.#tables.instruments, instrumentOf(item, from, 'command'), out);
      case 'simulation/jobs':
        return put(this.#tables.simulations, simulationOf(item, from, 'command'), out);
      case 'experiments':
        return put(this.#tables.experiments, experimentOf(item, from, 'command'), out);
      case 'hypotheses':
        return put(this.#tables.hypotheses, hypothesisOf(item, from, 'command'), out);
      default:
        return put(this.#tables.sessions, sessionOf(item, from, 'command'), out);
    }
  }

  /** `{status: "calibrating", instrumentId}`: what is known of the thing, with the state that it has now. */
  #changed(kind: string, id: string, value: Fields): Fields | undefined {
    const said = textOf(value.status, 40);
    if (said === undefined) return undefined;
    const tables = this.#tables;
    switch (kind) {
      case 'lab/instruments': {
        const row = tables.instruments.get(id);
        // "calibrating" is a word of the answer only; the instrument itself is in maintenance from now on.
        const status = said === 'calibrating' ? 'maintenance' : said;
        const known = { name: row?.name, type: row?.kind, temperature: row?.temperatureC };
        return { ...known, humidity: row?.humidityPercent, currentTask: row?.task, id, status };
      }
      case 'simulation/jobs': {
        const row = tables.simulations.get(id);
        const known = { name: row?.name, type: row?.kind, progress: row?.progressPercent };
        return { ...known, eta: row?.eta, gpu: row?.gpu, id, status: said };
      }
      case 'experiments': {
        const row = tables.experiments.get(id);
        const known = { name: row?.name, currentStep: row?.step, totalSteps: row?.totalSteps };
        return { ...known, message: row?.message, id, status: said };
      }
      case 'hypotheses': {
        const row = tables.hypotheses.get(id);
        return {
          statement: row?.statement ?? id,
          confidence: row?.confidence,
          experiments: row?.experiments,
          id,
          status: said,
        };
      }
      default: {
        const row = tables.sessions.get(id);
        const known = { species: row?.species, strain: row?.strain, duration: row?.durationS };
        const electrodes = { electrodesActive: row?.electrodesActive, totalElectrodes: row?.electrodesTotal };
        return { ...known, ...electrodes, sampleRate: row?.sampleRateHz, id, status: said };
      }
    }
  }

  #readKnown(id: ScientificQuestion, value: unknown, out: Out, context: ReadContext): Facts | undefined {
    if (!isFields(value)) return undefined;
    const from = sourced(context, undefined, SCIENTIFIC_QUESTIONS[id]);
    const tables = this.#tables;
    switch (id) {
      case 'instruments':
        return list(value, id, (item) => instrumentOf(item, from, 'snapshot'), tables.instruments, out, context);
      case 'simulations':
        return list(value, id, (item) => simulationOf(item, from, 'snapshot'), tables.simulations, out, context);
      case 'experiments':
        return list(value, id, (item) => experimentOf(item, from, 'snapshot'), tables.experiments, out, context);
      case 'hypotheses':
        return list(value, id, (item) => hypothesisOf(item, from, 'snapshot'), tables.hypotheses, out, context);
      case 'sessions':
        return list(value, id, (item) => sessionOf(item, from, 'snapshot'), tables.sessions, out, context);
      case 'stream':
        return typeof value.totalConnections === 'number' ? streamFacts(value) : undefined;
      case 'simulation-services':
        return plainFields(value);
      case 'safety': {
        const record: SafetyStatusRecord = { ...from, t: 'safety-status', values: plainFields(value, 64) };
        out.put('safety', 'safety', record);
        return {};
      }
      case 'tray-experiments':
        return readTrays(value, out, context);
    }
  }
}

function put<R extends LabRow>(table: LabTable<R>, row: R | undefined, out: Out): boolean {
  if (row) table.put(row, out);
  return row !== undefined;
}

function list<R extends LabRow>(
  value: Fields,
  name: string,
  read: (item: Fields) => R | undefined,
  table: LabTable<R>,
  out: Out,
  context: ReadContext,
): Facts | undefined {
  const items = value[name];
  if (!Array.isArray(items)) return undefined;
  const rows: R[] = [];
  for (const item of items) {
    const row = isFields(item) ? read(item) : undefined;
    if (row) rows.push(row);
    else out.count('dropped', `${name}-item`);
  }
  table.replace(rows, out, context);
  // What MAS never measures is null: "not measured", and no zero.
  return { ...plainFields(value), ...plainFields(value.stats) };
}

/** `persistence` with null: the database cannot be reached. */
function streamFacts(value: Fields): Facts {
  const persistence = plainFields(value.persistence);
  const isDatabaseUp = !Object.values(persistence).includes(null);
  return { ...plainFields(value), ...persistence, database: isDatabaseUp };
}

function readTrays(value: Fields, out: Out, context: ReadContext): Facts | undefined {
  if (!Array.isArray(value.experiments)) return undefined;
  const entries: [string, TrayExperimentRecord][] = [];
  for (const item of value.experiments.slice(0, 2_000)) {
    const id = isFields(item) ? idOf(item.id, 128) : undefined;
    if (!isFields(item) || id === undefined) {
      out.count('dropped', 'tray-experiments-item');
      continue;
    }
    const createdAt = anyMs(item.created_at);
    const from = happened(context, createdAt, SCIENTIFIC_QUESTIONS['tray-experiments']);
    const name = textOf(item.name, 120) ?? id;
    entries.push([id, { ...from, t: 'tray-experiment', id, name, said: textOf(item.status, 40) ?? '', createdAt }]);
  }
  out.replace('tray-experiments', entries);
  return plainFields(value);
}
