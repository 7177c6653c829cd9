import { createMemo, type JSX, Show } from 'solid-js';
import type { DataColumn } from '../../components/data-table.tsx';
import { SIMULATION_STATES, type SimulationRecord } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createSamples } from '../../link/create-samples.ts';
import { Age, Detail, ToldBy } from './detail.tsx';
import { fits } from './fits.ts';
import { isKnown } from './lab-act.tsx';
import { LabList } from './lab-list.tsx';
import { MakeThing } from './make-thing.tsx';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { Ends, ProgressBar } from './progress-bar.tsx';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';

/** §4.1. */
const KINDS = ['alphafold', 'boltzgen', 'mycelium', 'cobrapy', 'physics', 'molecular'];
/** An hour at one a second. */
const KEEP_ROWS = 3_600;

/** Simulation jobs: how far they are, when they end at their pace, and what can be done about it. */
export function Simulations(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<SimulationRecord>(lab, 'simulations', ['typed', 'simulations'], 'simulations');
  const progress = createSamples(
    lab.link,
    () => (part.shown() ? upstreamChannel('samples', SLUG, 'progress') : undefined),
    { keepRows: KEEP_ROWS },
  );
  const curve = (id: string) => {
    progress.version();
    return progress.curves.get(`${id.slice(0, 60)}.percent`);
  };
  const rows = createMemo(() => part.rows().filter((row) => fits(props.address, row, row.name, row.id, row.kind)));
  const ends = (row: SimulationRecord) => (
    <Ends curve={curve(row.id)} isRunning={row.state === 'running'} isPaused={row.state === 'paused'} said={row.eta} />
  );
  const columns: readonly DataColumn<SimulationRecord>[] = [
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
      cell: (row) => <ProgressBar percent={row.progressPercent} label={row.name ?? row.id} />,
      sortBy: (row) => row.progressPercent,
    },
    { id: 'ends', title: words.col.ends, width: 'minmax(150px, 1fr)', cell: ends },
    {
      id: 'age',
      title: words.col.age,
      width: '128px',
      cell: (row) => <Age row={row} />,
      sortBy: (row) => row.at,
    },
  ];
  const chosen = () => (props.address.sel === undefined ? undefined : part.get(props.address.sel));
  return (
    <div class="lab-pane" ref={part.ref}>
      <PartPanel
        part={part}
        inPane
        title={words.tabs.simulations}
        name="simulations"
        what={words.simulations.what}
        empty={{ title: words.simulations.emptyTitle, text: words.simulations.emptyText }}
        tools={
          <MakeThing
            label={words.make.simulation}
            call="simulation.create"
            fields={[
              { name: 'name', label: words.make.name },
              { name: 'type', label: words.make.type, of: KINDS },
            ]}
            isThere={(id) => isKnown(part.get(id))}
            onMade={(sel) => props.change({ sel })}
          />
        }
      >
        <LabList
          {...props}
          label={words.tabs.simulations}
          columns={columns}
          rows={rows()}
          all={part.rows().length}
          states={SIMULATION_STATES}
        />
      </PartPanel>
      <Show when={chosen()}>
        {(row) => (
          <Detail
            title={row().name ?? row().id}
            onClose={() => props.change({ sel: undefined })}
            facts={[
              [words.detail.id, row().id],
              [words.col.kind, row().kind],
              [words.col.state, <StateWord state={row().state} said={row().said} />],
              [words.col.progress, <ProgressBar percent={row().progressPercent} label={row().id} />],
              [words.col.ends, ends(row())],
              [words.col.gpu, row().gpu],
              [words.detail.source, <ToldBy row={row()} />],
            ]}
            acts={
              <>
                <StateAct
                  row={row()}
                  call="simulation.pause"
                  label={words.act.pause}
                  becomes="paused"
                  from={['running', 'queued']}
                />
                <StateAct
                  row={row()}
                  call="simulation.resume"
                  label={words.act.resume}
                  becomes="running"
                  from={['paused']}
                />
                <StateAct
                  row={row()}
                  call="simulation.cancel"
                  label={words.act.cancel}
                  becomes="failed"
                  from={['running', 'queued', 'paused']}
                  danger
                />
                <span class="soft small">{words.act.cancelHint}</span>
              </>
            }
          />
        )}
      </Show>
    </div>
  );
}
