import { createMemo, type JSX, Show } from 'solid-js';
import type { DataColumn } from '../../components/data-table.tsx';
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
import { Age, Detail, ToldBy } from './detail.tsx';
import { type ExperimentRow, experimentRows, stepWords } from './experiment-rows.ts';
import { fits } from './fits.ts';
import { isKnown } from './lab-act.tsx';
import { LabList } from './lab-list.tsx';
import { MakeThing } from './make-thing.tsx';
import { heardOf, Observations } from './observations.tsx';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { Ends, ProgressBar } from './progress-bar.tsx';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';

const KEEP_ROWS = 3_600;
const KEEP_RECORDS = 2_000;

/** Experiments of both tables of MAS, and those that only records tell of, with what they observe. */
export function Experiments(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<ExperimentRecord>(
    lab,
    'experiments',
    ['typed', 'experiments', 'records', 'records-older'],
    'experiments',
  );
  const whileShown = (kind: 'state' | 'events' | 'samples', name: string) => () =>
    part.shown() ? upstreamChannel(kind, SLUG, name) : undefined;
  const trays = createState<TrayExperimentRecord>(lab.link, whileShown('state', 'tray-experiments'));
  const log = createEvents<ExperimentDataRecord>(lab.link, whileShown('events', 'records'), { keep: KEEP_RECORDS });
  const observed = createSamples(lab.link, whileShown('samples', 'observations'), { keepRows: KEEP_ROWS });
  const progress = createSamples(lab.link, whileShown('samples', 'progress'), { keepRows: KEEP_ROWS });
  const heard = createMemo(() => heardOf(log));
  const all = createMemo(() => experimentRows(part.rows(), trays.records.values(), heard()));
  const rows = createMemo(() => all().filter((row) => fits(props.address, row, row.name, row.id)));
  const chosen = createMemo(() => all().find(({ id }) => id === props.address.sel));
  const ends = (row: ExperimentRow) => {
    progress.version();
    return (
      <Ends
        curve={progress.curves.get(`${row.id.slice(0, 60)}.percent`)}
        isRunning={row.state === 'running'}
        isPaused={false}
      />
    );
  };
  const columns: readonly DataColumn<ExperimentRow>[] = [
    {
      id: 'name',
      title: words.col.name,
      width: 'minmax(120px, 1.5fr)',
      cell: (row) => <span title={row.id}>{row.name ?? row.id}</span>,
      sortBy: (row) => row.name ?? row.id,
    },
    {
      id: 'state',
      title: words.col.state,
      width: '104px',
      cell: (row) => <StateWord state={row.state} said={row.said} />,
      sortBy: (row) => row.state,
    },
    {
      id: 'progress',
      title: words.col.progress,
      width: 'minmax(112px, 1fr)',
      cell: (row) => <ProgressBar percent={row.lab?.percent} label={row.name ?? row.id} />,
      sortBy: (row) => row.lab?.percent,
    },
    { id: 'ends', title: words.col.ends, width: 'minmax(118px, 1fr)', cell: ends },
    {
      id: 'table',
      title: words.col.table,
      width: '90px',
      cell: (row) => <span title={words.experiments.tableHint}>{words.experiments[row.kept]}</span>,
      sortBy: (row) => row.kept,
    },
    {
      id: 'age',
      title: words.col.age,
      width: '128px',
      cell: (row) => <Age row={row.told} />,
      sortBy: (row) => row.told.at,
    },
  ];
  return (
    <div class="lab-pane" ref={part.ref}>
      <PartPanel
        part={part}
        inPane
        title={words.tabs.experiments}
        name="experiments"
        what={words.experiments.what}
        count={all().length}
        empty={{ title: words.experiments.emptyTitle, text: words.experiments.emptyText }}
        tools={
          <MakeThing
            label={words.make.experiment}
            call="experiment.create"
            fields={[{ name: 'name', label: words.make.name }]}
            isThere={(id) => isKnown(part.get(id))}
            onMade={(sel) => props.change({ sel })}
          />
        }
      >
        <LabList
          {...props}
          label={words.tabs.experiments}
          columns={columns}
          rows={rows()}
          all={all().length}
          states={EXPERIMENT_STATES}
        />
      </PartPanel>
      <Show when={chosen()}>
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
                {(lab) => (
                  <>
                    <StateAct
                      row={lab()}
                      call="experiment.start"
                      label={words.act.start}
                      becomes="running"
                      from={['pending', 'failed']}
                    />
                    <StateAct
                      row={lab()}
                      call="experiment.pause"
                      label={words.act.pause}
                      becomes="pending"
                      from={['running']}
                    />
                    <StateAct
                      row={lab()}
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
                )}
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
      </Show>
    </div>
  );
}
