import { createMemo, For, type JSX, Show } from 'solid-js';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { Reading } from '../../components/reading.tsx';
import {
  type DeviceReadingsRecord,
  type ExperimentRecord,
  type InstrumentRecord,
  type MyceliumRecord,
  type ScientificLogRecord,
  type SimulationRecord,
  TYPED_STALE_MS,
} from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createEvents } from '../../link/create-events.ts';
import { createSamples } from '../../link/create-samples.ts';
import { createState } from '../../link/create-state.ts';
import { Age } from './detail.tsx';
import { stepWords } from './experiment-rows.ts';
import { limitOf, outsideOf } from './limits.ts';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { Ends, ProgressBar } from './progress-bar.tsx';
import { READINGS, seriesOf } from './readings.ts';
import { Alerts } from './safety.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';

const KEEP_ROWS = 3_600;
const KEEP_LOG = 50;
/** A device of the lab reports every few seconds; a minute of silence is worth saying. */
const DEVICE_STALE_MS = 60_000;
const MOST = 40;

type Go = PaneProps['change'];

/** The lab at a glance: what is under way, what is outside of its limits, which alerts are open. */
export function Overview(props: PaneProps): JSX.Element {
  return (
    <div class="lab-overview">
      <Running go={props.change} />
      <Instruments go={props.change} />
      <Alerts />
      <LabDevices />
      <MasLog />
    </div>
  );
}

/** Experiments and simulations that are under way. */
export function Running(props: { readonly go: Go }): JSX.Element {
  const lab = useLab();
  const simulations = createLabPart<SimulationRecord>(lab, 'simulations', ['typed', 'simulations', 'experiments']);
  const inSight = (name: string, kind: 'state' | 'samples') => () =>
    simulations.shown() ? upstreamChannel(kind, SLUG, name) : undefined;
  const experiments = createState<ExperimentRecord>(lab.link, inSight('experiments', 'state'));
  const progress = createSamples(lab.link, inSight('progress', 'samples'), { keepRows: KEEP_ROWS });
  const curve = (id: string) => {
    progress.version();
    return progress.curves.get(`${id.slice(0, 60)}.percent`);
  };
  const ids = createMemo(() => ({
    simulations: simulations
      .rows()
      .filter(({ state }) => state === 'running')
      .map(({ id }) => id),
    experiments: experiments.records
      .values()
      .filter(({ state }) => state === 'running')
      .map(({ id }) => id),
  }));
  const count = () => ids().simulations.length + ids().experiments.length;
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
        when={count() > 0}
        fallback={<EmptyState title={words.overview.nothingRuns} text={words.overview.nothingRunsText} />}
      >
        <ul class="lab-running">
          <For each={ids().experiments.slice(0, MOST)}>
            {(id) => (
              <Show when={experiments.records.get(id)}>
                {(row) => (
                  <li>
                    <button
                      type="button"
                      class="lab-go"
                      onClick={() => props.go({ tab: 'experiments', sel: id, find: '', state: undefined })}
                    >
                      {row().name ?? id}
                    </button>
                    <StateWord state={row().state} said={row().said} />
                    <ProgressBar percent={row().percent} label={row().name ?? id} />
                    <span class="small">
                      {stepWords(row())} · <Ends curve={curve(id)} isRunning isPaused={false} />
                    </span>
                    <span class="small soft">
                      <Age row={row()} />
                    </span>
                  </li>
                )}
              </Show>
            )}
          </For>
          <For each={ids().simulations.slice(0, MOST)}>
            {(id) => (
              <Show when={simulations.get(id)}>
                {(row) => (
                  <li>
                    <button
                      type="button"
                      class="lab-go"
                      onClick={() => props.go({ tab: 'simulations', sel: id, find: '', state: undefined })}
                    >
                      {row().name ?? id}
                    </button>
                    <StateWord state={row().state} said={row().said} />
                    <ProgressBar percent={row().progressPercent} label={row().name ?? id} />
                    <span class="small">
                      <Ends curve={curve(id)} isRunning isPaused={false} said={row().eta} />
                    </span>
                    <span class="small soft">
                      <Age row={row()} />
                    </span>
                  </li>
                )}
              </Show>
            )}
          </For>
        </ul>
      </Show>
    </PartPanel>
  );
}

/** Instruments with their newest readings. */
export function Instruments(props: { readonly go: Go }): JSX.Element {
  const part = createLabPart<InstrumentRecord>(useLab(), 'instruments', ['typed', 'instruments'], 'instruments');
  const limits = createMemo(() =>
    part
      .rows()
      .flatMap((row) =>
        READINGS.map((reading) => ({ limit: limitOf(seriesOf(row.id, reading)), value: reading.of(row) })),
      ),
  );
  const outside = () => limits().filter(({ limit, value }) => outsideOf(value, limit) !== undefined).length;
  const verdict = () => {
    if (outside() > 0) return `▲ ${words.instruments.outside(formatCount(outside()))}`;
    return limits().some(({ limit }) => limit !== undefined)
      ? `✓ ${words.instruments.inside}`
      : words.instruments.noLimits;
  };
  return (
    <PartPanel
      part={part}
      title={words.tabs.instruments}
      name="instruments"
      what={words.instruments.what}
      empty={{ title: words.instruments.emptyTitle, text: words.instruments.emptyText }}
    >
      <p role="status" class="small" classList={{ 'lab-alarm': outside() > 0, soft: outside() === 0 }}>
        {verdict()}
      </p>
      <ul class="lab-instruments">
        <For
          each={part
            .rows()
            .slice(0, MOST)
            .map(({ id }) => id)}
        >
          {(id) => (
            <Show when={part.get(id)}>
              {(row) => (
                <li data-instrument={id}>
                  <button
                    type="button"
                    class="lab-go"
                    onClick={() => props.go({ tab: 'instruments', sel: id, find: '', state: undefined })}
                  >
                    {row().name}
                  </button>
                  <StateWord state={row().state} said={row().said} />
                  <For each={READINGS}>
                    {(reading) => (
                      <span
                        class="lab-reading"
                        classList={{
                          outside: outsideOf(reading.of(row()), limitOf(seriesOf(id, reading))) !== undefined,
                        }}
                      >
                        <Reading
                          value={reading.of(row())}
                          unit={reading.unit}
                          digits={reading.digits}
                          at={row().at}
                          provenance={row().provenance}
                          flags={row().flags}
                          staleMs={TYPED_STALE_MS}
                          source={row().source}
                        />
                      </span>
                    )}
                  </For>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
    </PartPanel>
  );
}

/** Devices that report to MAS's lab, and mycelium networks. */
export function LabDevices(): JSX.Element {
  const lab = useLab();
  const part = createLabPart<DeviceReadingsRecord>(lab, 'readings', ['typed']);
  const mycelium = createState<MyceliumRecord>(lab.link, () =>
    part.shown() ? upstreamChannel('state', SLUG, 'mycelium') : undefined,
  );
  return (
    <PartPanel
      part={part}
      title={words.overview.devices}
      name="lab-devices"
      what={words.overview.devicesWhat}
      count={part.rows().length + mycelium.records.size}
      empty={words.overview.devicesEmpty}
    >
      <ul class="lab-devices">
        <For
          each={part
            .rows()
            .slice(0, MOST)
            .map(({ id }) => id)}
        >
          {(id) => (
            <Show when={part.get(id)}>
              {(row) => (
                <li>
                  <strong>{id}</strong>
                  <For each={Object.entries(row().values).slice(0, 12)}>
                    {([name, value]) => (
                      <span class="lab-reading">
                        <span class="small soft">{name}</span>
                        <Reading
                          value={value}
                          unit=""
                          digits={2}
                          at={row().measuredAt ?? row().at}
                          provenance={row().provenance}
                          flags={row().flags}
                          staleMs={DEVICE_STALE_MS}
                          source={row().source}
                        />
                      </span>
                    )}
                  </For>
                </li>
              )}
            </Show>
          )}
        </For>
        <For each={mycelium.records.values()}>
          {(row) => (
            <li>
              <strong>
                {words.overview.mycelium} {row.id}
              </strong>
              <span class="small">{words.overview.nodes(formatCount(row.nodes), formatCount(row.edges))}</span>
              <span class="small">
                {words.overview.coverage} {formatValue(100 * row.coverage, 0)} %, {words.overview.meanSignal}{' '}
                {formatValue(row.meanSignalUv, 1)} µV
              </span>
              <span class="small soft">
                <Age row={row} />
              </span>
            </li>
          )}
        </For>
      </ul>
    </PartPanel>
  );
}

/** What MAS said about itself: errors, acknowledgements, probes. */
function MasLog(): JSX.Element {
  const lab = useLab();
  const part = createLabPart<DeviceReadingsRecord>(lab, 'jobs', ['typed', 'records', 'stream'], 'stream');
  const log = createEvents<ScientificLogRecord>(
    lab.link,
    () => (part.shown() ? upstreamChannel('events', SLUG, 'log') : undefined),
    { keep: KEEP_LOG },
  );
  const newest = createMemo(() => {
    log.version();
    return log.list
      .slice(0, log.list.length)
      .flatMap((entry) => (entry.is === 'record' ? [entry.record] : []))
      .reverse();
  });
  return (
    <PartPanel
      part={part}
      title={words.overview.log}
      name="log"
      what={words.overview.log}
      count={1}
      empty={{ title: words.overview.noLog, text: '' }}
    >
      <Show when={newest().length > 0} fallback={<p class="soft">{words.overview.noLog}</p>}>
        <ol class="lab-log">
          <For each={newest()}>
            {(record) => (
              <li>
                <span class="soft small" title={utcTime(record.at)}>
                  {clockTime(record.at)}
                </span>{' '}
                <Show when={record.about}>
                  <span class="mono">{record.about}</span>{' '}
                </Show>
                {record.text}
              </li>
            )}
          </For>
        </ol>
      </Show>
    </PartPanel>
  );
}
