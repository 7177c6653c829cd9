import { createMemo, type JSX, Show } from 'solid-js';
import { EmptyState } from '../../components/empty-state.tsx';
import type { ExperimentRecord, SimulationRecord } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createState } from '../../link/create-state.ts';
import { Age } from './detail.tsx';
import { stepWords } from './experiment-rows.ts';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { Ends, ProgressBar } from './progress-bar.tsx';
import { ShortList } from './short-list.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';
import { useProgress } from './use-progress.ts';

const isRunning = ({ state }: { readonly state: string }): boolean => state === 'running';

/** Experiments and simulations that are under way. */
export function Running(props: { readonly go: PaneProps['change'] }): JSX.Element {
  const lab = useLab();
  const simulations = createLabPart<SimulationRecord>(lab, 'simulations', ['typed', 'simulations', 'experiments']);
  const experiments = createState<ExperimentRecord>(lab.link, () =>
    simulations.shown() ? upstreamChannel('state', SLUG, 'experiments') : undefined,
  );
  const curve = useProgress(lab, simulations.shown);
  const running = createMemo(() =>
    [...experiments.records.values().filter(isRunning), ...simulations.rows().filter(isRunning)].map(({ id }) => id),
  );
  return (
    <PartPanel
      part={simulations}
      title={words.overview.running}
      name="running"
      what={`${words.simulations.what}, ${words.experiments.what}`}
      count={simulations.rows().length + experiments.records.size}
      empty={{ title: words.overview.nothingRuns, text: words.overview.nothingRunsText }}
    >
      <Show
        when={running().length > 0}
        fallback={<EmptyState title={words.overview.nothingRuns} text={words.overview.nothingRunsText} />}
      >
        <ShortList class="lab-running" ids={running()}>
          {(id) => (
            <Show when={experiments.records.get(id) ?? simulations.get(id)}>
              {(row) => <Item row={row()} curve={curve(id)} go={props.go} />}
            </Show>
          )}
        </ShortList>
      </Show>
    </PartPanel>
  );
}

function Item(props: {
  readonly row: ExperimentRecord | SimulationRecord;
  readonly curve: ReturnType<ReturnType<typeof useProgress>>;
  readonly go: PaneProps['change'];
}): JSX.Element {
  const experiment = () => (props.row.t === 'experiment' ? props.row : undefined);
  const simulation = () => (props.row.t === 'simulation' ? props.row : undefined);
  const name = () => props.row.name ?? props.row.id;
  const tab = () => (experiment() === undefined ? 'simulations' : 'experiments');
  return (
    <li>
      <button
        type="button"
        class="lab-go"
        onClick={() => props.go({ tab: tab(), sel: props.row.id, find: '', state: undefined })}
      >
        {name()}
      </button>
      <StateWord state={props.row.state} said={props.row.said} />
      <ProgressBar percent={experiment()?.percent ?? simulation()?.progressPercent} label={name()} />
      <span class="small">
        <Show when={stepWords(experiment())}>{(step) => <>{step()} · </>}</Show>
        <Ends curve={props.curve} isRunning isPaused={false} said={simulation()?.eta} />
      </span>
      <span class="small soft">
        <Age row={props.row} />
      </span>
    </li>
  );
}
