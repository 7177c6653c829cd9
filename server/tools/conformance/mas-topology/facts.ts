import { isFields } from '../../../../src/upstreams/mas/fields.ts';
import type { Fields, Op, Recorder } from './recorder.ts';

/** What a vector promises of what a message became, by name; each gives what was found. */
const FACTS: Readonly<Record<string, (ops: readonly Op[]) => readonly unknown[]>> = {
  ts_utc_ms: (ops) => [...fieldOf(ops, 'at'), ...ops.flatMap(({ rows }) => (rows ? [rows.times.at(-1)] : []))],
  alert_utc_ms: (ops) => fieldOf(ops, 'raisedAt'),
  key: (ops) => [
    ...ops.flatMap(({ key }) => key ?? []),
    ...ops.flatMap(({ part, rows }) => (rows ? partEnd(part) : [])),
  ],
  agent_id: (ops) => fieldOf(ops, 'id'),
  state: (ops) => fieldOf(ops, 'state'),
  status: (ops) => fieldOf(ops, 'state'),
  progress: (ops) => fieldOf(ops, 'progressPercent'),
  percent: (ops) => fieldOf(ops, 'percent'),
  experiment_id: (ops) => fieldOf(ops, 'experimentId'),
  channels: (ops) => ops.flatMap(({ rows }) => (rows ? [rows.columns.length] : [])),
  samples: (ops) => ops.flatMap(({ rows }) => (rows ? [rows.times.length] : [])),
  log: (ops) => [ops.some(({ part }) => part === 'log')],
  nodes: (ops) => [new Set(ops.flatMap(({ part, key }) => (part === 'agents' ? (key ?? []) : []))).size],
  edges: (ops) => [ops.filter(({ part, record }) => part === 'edges' && record?.kind === 'depends_on').length],
  entity: (ops) => ops.map(({ part }) => ENTITIES[part] ?? (part.startsWith('fci.') ? 'fci' : part)),
  batch: (ops) => [ops.some(({ is, rows }) => is === 'rows' && (rows?.times.length ?? 0) > 0)],
};

const ENTITIES: Readonly<Record<string, string>> = {
  instruments: 'instrument',
  simulations: 'simulation',
  experiments: 'experiment',
  devices: 'device',
  readings: 'telemetry',
  alerts: 'alert',
  hypotheses: 'hypothesis',
  jobs: 'job',
  mycelium: 'mycelium',
};

/** Words for people, and what is checked elsewhere. */
const NOT_FACTS = new Set(['action', 'detail', 'then', 'client', 'connection', 'dedupe_on', 'states', 'retry_after_s']);

const fieldOf = (ops: readonly Op[], name: string): readonly unknown[] =>
  ops.flatMap(({ record }) => (record !== undefined && name in record ? [record[name]] : []));

const partEnd = (part: string): string => part.slice(part.indexOf('.') + 1);

/** The first promise that was not kept. */
export function missingFact(expect: Fields, recorder: Recorder): string | undefined {
  for (const [name, value] of Object.entries(expect)) {
    if (NOT_FACTS.has(name)) continue;
    const find = FACTS[name];
    if (find === undefined) return `no rule for ${name}`;
    const found = find(recorder.ops);
    if (!found.includes(value)) return `${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(found)}`;
  }
  if (!isFields(expect.states)) return undefined;
  for (const [id, state] of Object.entries(expect.states)) {
    const found = recorder.ops.find(({ part, key }) => part === 'agents' && key === id)?.record?.state;
    if (found !== state) return `states.${id}: expected ${JSON.stringify(state)}, got ${JSON.stringify(found)}`;
  }
  return undefined;
}
