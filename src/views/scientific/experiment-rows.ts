import { formatCount } from '../../components/format-value.ts';
import {
  EXPERIMENT_STATES,
  type ExperimentDataRecord,
  type ExperimentRecord,
  type TrayExperimentRecord,
} from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';

/** An experiment, wherever MAS keeps it. */
export interface ExperimentRow {
  readonly id: string;
  readonly name: string | undefined;
  readonly state: (typeof EXPERIMENT_STATES)[number];
  readonly said: string;
  readonly kept: 'lab' | 'tray' | 'recordsOnly';
  /** The row of the first table, which alone has steps and can be acted on. */
  readonly lab: ExperimentRecord | undefined;
  /** What the row's age and source are of. */
  readonly told: Sourced;
}

/** Both tables of MAS, which know nothing of each other, and experiments that only records tell of. Each id once; the lab table first. */
export function experimentRows(
  lab: readonly ExperimentRecord[],
  trays: readonly TrayExperimentRecord[],
  heard: ReadonlyMap<string, { readonly newest: ExperimentDataRecord }>,
): readonly ExperimentRow[] {
  const rows = new Map<string, ExperimentRow>();
  for (const row of lab)
    rows.set(row.id, {
      ...{ id: row.id, name: row.name, state: row.state, said: row.said },
      ...{ kept: 'lab', lab: row, told: row },
    });
  for (const row of trays)
    if (!rows.has(row.id))
      rows.set(row.id, {
        ...{ id: row.id, name: row.name, state: stateOf(row.said), said: row.said },
        ...{ kept: 'tray', lab: undefined, told: row },
      });
  for (const [id, { newest }] of heard)
    if (!rows.has(id))
      rows.set(id, {
        ...{ id, name: undefined, state: 'unknown', said: words.experiments.recordsOnly },
        ...{ kept: 'recordsOnly', lab: undefined, told: newest },
      });
  return [...rows.values()];
}

const stateOf = (said: string): ExperimentRow['state'] =>
  EXPERIMENT_STATES.find((state) => state === said) ?? 'unknown';

/** `step 3 of 8`; MAS does not always know of how many. */
export function stepWords(row: ExperimentRecord | undefined): string | undefined {
  if (row?.step === undefined) return undefined;
  return row.totalSteps
    ? words.step(formatCount(row.step), formatCount(row.totalSteps))
    : words.stepOnly(formatCount(row.step));
}
