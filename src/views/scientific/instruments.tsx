import { For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import type { DataColumn } from '../../components/data-table.tsx';
import { formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { INSTRUMENT_STATES, type InstrumentRecord, TYPED_STALE_MS } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createSamples } from '../../link/create-samples.ts';
import { ageColumn, stateColumn } from './columns.tsx';
import { Detail, ToldBy } from './detail.tsx';
import { InstrumentLimits } from './instrument-limits.tsx';
import { InstrumentReading } from './instrument-reading.tsx';
import { LabPane } from './lab-pane.tsx';
import { limitOf, outsideOf, outsideSince } from './limits.ts';
import type { PaneProps } from './pane.ts';
import { READINGS, type ReadingKind, seriesOf } from './readings.ts';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { Trend } from './trend.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';

/** §4.1. */
const KINDS = ['incubator', 'pipettor', 'bioreactor', 'microscope', 'sequencer', 'centrifuge'];
const SPAN_MS = 1_800_000;
const KEEP_ROWS = 2_000;

/** Instruments with their readings, trends and limits. */
export function Instruments(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<InstrumentRecord>(lab, 'instruments', ['typed', 'instruments'], 'instruments');
  const readings = createSamples(
    lab.link,
    () => (part.shown() ? upstreamChannel('samples', SLUG, 'instrument-readings') : undefined),
    { keepRows: KEEP_ROWS },
  );
  const curve = (row: InstrumentRecord, reading: ReadingKind) => {
    readings.version();
    return readings.curves.get(seriesOf(row.id, reading));
  };
  const cell = (row: InstrumentRecord, reading: ReadingKind) => {
    const limit = limitOf(seriesOf(row.id, reading));
    const outside = outsideOf(reading.of(row), limit);
    const found = curve(row, reading);
    const since = () => outsideSince(found?.times ?? [], found?.values ?? [], limit);
    return (
      <InstrumentReading row={row} reading={reading}>
        <Show when={outside}>
          {(side) => (
            <span class="lab-outside small">
              ▲ {words.instruments[side()](formatValue(side() === 'below' ? limit?.low : limit?.high, reading.digits))}
              <Show when={since()}>{(at) => words.instruments.since(ageWords(now() - at()))}</Show>
            </span>
          )}
        </Show>
      </InstrumentReading>
    );
  };
  const trend = (row: InstrumentRecord, reading: ReadingKind, heightPx: number) => (
    <Trend
      curve={curve(row, reading)}
      version={readings.version()}
      spanMs={SPAN_MS}
      heightPx={heightPx}
      breakMs={TYPED_STALE_MS}
      digits={reading.digits}
      unit={reading.unit}
      label={words.instruments.trend(`${row.name}, ${reading.name}`, formatValue(SPAN_MS / 60_000, 0))}
      limit={limitOf(seriesOf(row.id, reading))}
      simulated={row.provenance === 'simulated'}
    />
  );
  const columns: readonly DataColumn<InstrumentRecord>[] = [
    {
      id: 'name',
      title: words.col.name,
      width: 'minmax(120px, 1.2fr)',
      cell: (row) => (
        <span title={row.id}>
          {row.name}
          <br />
          <span class="soft small">{row.task === undefined ? row.kind : `${row.kind}: ${row.task}`}</span>
        </span>
      ),
      sortBy: (row) => row.name,
    },
    stateColumn(),
    ...READINGS.map(
      (reading): DataColumn<InstrumentRecord> => ({
        id: reading.id,
        title: reading.name,
        width: 'minmax(160px, 1.4fr)',
        cell: (row) => (
          <span class="lab-reading-cell">
            {cell(row, reading)}
            {trend(row, reading, 24)}
          </span>
        ),
        sortBy: reading.of,
      }),
    ),
    ageColumn((row) => row),
  ];
  const isOutside = (row: InstrumentRecord) =>
    READINGS.some((reading) => outsideOf(reading.of(row), limitOf(seriesOf(row.id, reading))) !== undefined);
  return (
    <LabPane
      {...props}
      part={part}
      rows={part.rows()}
      title={words.tabs.instruments}
      name="instruments"
      what={words.instruments.what}
      empty={{ title: words.instruments.emptyTitle, text: words.instruments.emptyText }}
      columns={columns}
      states={INSTRUMENT_STATES}
      texts={({ name, id, kind, task }) => [name, id, kind, task]}
      make={{
        label: words.make.instrument,
        call: 'instrument.create',
        fields: [
          { name: 'name', label: words.make.name },
          { name: 'type', label: words.make.type, of: KINDS },
        ],
      }}
      rowPx={68}
      rowClass={(row) => (isOutside(row) ? 'troubled' : '')}
    >
      {(row) => (
        <Detail
          title={row().name}
          onClose={() => props.change({ sel: undefined })}
          facts={[
            [words.detail.id, row().id],
            [words.col.kind, row().kind],
            [words.col.state, <StateWord state={row().state} said={row().said} />],
            [words.col.task, row().task],
            [words.detail.source, <ToldBy row={row()} />],
          ]}
          acts={
            <>
              <StateAct
                row={row()}
                call="instrument.calibrate"
                label={words.act.calibrate}
                becomes="maintenance"
                from={['online']}
                danger
              />
              <span class="soft small">{words.act.calibrateHint}</span>
            </>
          }
        >
          <For each={READINGS}>
            {(reading) => (
              <section class="lab-instrument-reading" aria-label={reading.name}>
                <h3>{reading.name}</h3>
                {cell(row(), reading)}
                <Show
                  when={(curve(row(), reading)?.length ?? 0) > 1}
                  fallback={<p class="soft small">{words.instruments.noTrend}</p>}
                >
                  {trend(row(), reading, 96)}
                </Show>
                <InstrumentLimits series={seriesOf(row().id, reading)} name={reading.name} unit={reading.unit} />
              </section>
            )}
          </For>
        </Detail>
      )}
    </LabPane>
  );
}
