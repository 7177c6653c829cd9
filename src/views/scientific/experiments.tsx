import { createMemo, type JSX, Show } from 'solid-js';
import {
  EXPERIMENT_STATES,
  type ExperimentDataRecord,
  type ExperimentRecord,
  type TrayExperimentRecord,
} from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createEvents } from '../../link/create-events.ts';
import { createSamples } from '../../link/create-samples.ts';
import { createState } from '../../link/create-state.ts';
import { ageColumn, nameColumn, progressColumn, stateColumn } from './columns.tsx';
import { Detail, ToldBy } from './detail.tsx';
import { type ExperimentRow, experimentRows, stepWords } from './experiment-rows.ts';
import { LabPane } from './lab-pane.tsx';
import { heardOf, Observations } from './observations.tsx';
import type { PaneProps } from './pane.ts';
import { Ends } from './progress-bar.tsx';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';
import { useProgress } from './use-progress.ts';

const KEEP_ROWS = 3_600;
const KEEP_RECORDS = 2_000;
const LINES = ['typed', 'experiments', 'records', 'records-older'];

/** Experiments of both tables of MAS, and those that only records tell of, with what they observe. */
export function Experiments(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<ExperimentRecord>(lab, 'experiments', LINES, 'experiments');
  const whileShown = (kind: 'state' | 'events' | 'samples', name: string) => () =>
    part.shown() ? upstreamChannel(kind, SLUG, name) : undefined;
  const trays = createState<TrayExperimentRecord>(lab.link, whileShown('state', 'tray-experiments'));
  const log = createEvents<ExperimentDataRecord>(lab.link, whileShown('events', 'records'), { keep: KEEP_RECORDS });
  const observed = createSamples(lab.link, whileShown('samples', 'observations'), { keepRows: KEEP_ROWS });
  const curve = useProgress(lab, part.shown);
  const heard = createMemo(() => heardOf(log));
  const rows = createMemo(() => experimentRows(part.rows(), trays.records.values(), heard()));
  const ends = (row: ExperimentRow) => (
    <Ends curve={curve(row.id)} isRunning={row.state === 'running'} isPaused={false} />
  );
  return (
    <LabPane
      {...props}
      part={part}
      rows={rows()}
      title={words.tabs.experiments}
      name="experiments"
      what={words.experiments.what}
      empty={{ title: words.experiments.emptyTitle, text: words.experiments.emptyText }}
      columns={[
        nameColumn(),
        stateColumn(),
        progressColumn<ExperimentRow>((row) => row.lab?.percent),
        { id: 'ends', title: words.col.ends, width: 'minmax(118px, 1fr)', cell: ends },
        {
          id: 'table',
          title: words.col.table,
          width: '90px',
          cell: (row) => <span title={words.experiments.tableHint}>{words.experiments[row.kept]}</span>,
          sortBy: (row) => row.kept,
        },
        ageColumn<ExperimentRow>((row) => row.told),
      ]}
      states={EXPERIMENT_STATES}
      texts={({ name, id }) => [name, id]}
      make={{
        label: words.make.experiment,
        call: 'experiment.create',
        fields: [{ name: 'name', label: words.make.name }],
      }}
    >
      {(row) => (
        <Detail
          title={row().name ?? row().id}
          onClose={() => props.change({ sel: undefined })}
          facts={[
            [words.detail.id, row().id],
            [words.col.table, words.experiments[row().kept]],
            [words.col.state, <StateWord state={row().state} said={row().said} />],
            [words.col.progress, stepWords(row().lab)],
            [words.col.ends, row().lab && ends(row())],
            [words.col.said, row().lab?.message],
            [words.detail.source, <ToldBy row={row().told} />],
          ]}
          acts={
            <Show when={row().lab} fallback={<span class="soft small">{words.act.trayHint}</span>}>
              {(inLab) => <ExperimentActs row={inLab()} />}
            </Show>
          }
        >
          <Observations
            id={row().id}
            newest={heard().get(row().id)?.newest}
            count={heard().get(row().id)?.count ?? 0}
            samples={observed}
          />
        </Detail>
      )}
    </LabPane>
  );
}

function ExperimentActs(props: { readonly row: ExperimentRecord }): JSX.Element {
  return (
    <>
      <StateAct
        row={props.row}
        call="experiment.start"
        label={words.act.start}
        becomes="running"
        from={['pending', 'failed']}
      />
      <StateAct row={props.row} call="experiment.pause" label={words.act.pause} becomes="pending" from={['running']} />
      <StateAct
        row={props.row}
        call="experiment.cancel"
        label={words.act.cancel}
        becomes="failed"
        from={['running', 'pending']}
        danger
      />
      <span class="soft small">
        {words.act.pauseHint} {words.act.cancelHint}
      </span>
    </>
  );
}
