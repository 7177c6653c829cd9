import type { JSX } from 'solid-js';
import { SIMULATION_STATES, type SimulationRecord } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { ageColumn, nameColumn, progressColumn, stateColumn } from './columns.tsx';
import { Detail, ToldBy } from './detail.tsx';
import { LabPane } from './lab-pane.tsx';
import type { PaneProps } from './pane.ts';
import { Ends, ProgressBar } from './progress-bar.tsx';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, useLab } from './use-lab.ts';
import { useProgress } from './use-progress.ts';

/** §4.1. */
const KINDS = ['alphafold', 'boltzgen', 'mycelium', 'cobrapy', 'physics', 'molecular'];

/** Simulation jobs: how far they are, when they end at their pace, and what can be done about it. */
export function Simulations(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<SimulationRecord>(lab, 'simulations', ['typed', 'simulations'], 'simulations');
  const curve = useProgress(lab, part.shown);
  const ends = (row: SimulationRecord) => (
    <Ends curve={curve(row.id)} isRunning={row.state === 'running'} isPaused={row.state === 'paused'} said={row.eta} />
  );
  return (
    <LabPane
      {...props}
      part={part}
      rows={part.rows()}
      title={words.tabs.simulations}
      name="simulations"
      what={words.simulations.what}
      empty={{ title: words.simulations.emptyTitle, text: words.simulations.emptyText }}
      columns={[
        nameColumn(),
        stateColumn(),
        progressColumn<SimulationRecord>((row) => row.progressPercent),
        { id: 'ends', title: words.col.ends, width: 'minmax(150px, 1fr)', cell: ends },
        ageColumn<SimulationRecord>((row) => row),
      ]}
      states={SIMULATION_STATES}
      texts={({ name, id, kind }) => [name, id, kind]}
      make={{
        label: words.make.simulation,
        call: 'simulation.create',
        fields: [
          { name: 'name', label: words.make.name },
          { name: 'type', label: words.make.type, of: KINDS },
        ],
      }}
    >
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
    </LabPane>
  );
}
