import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime } from '../../components/clock-words.ts';
import { formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { styleOf } from '../../components/series-style.ts';
import { freshnessLimits, freshnessOf } from '../../contract/freshness.ts';
import { t } from '../../i18n/en.ts';
import { telemetry as telemetryWords } from '../../i18n/telemetry.ts';
import type { Curve } from '../../link/curve.ts';
import type { GapBand } from './gap-hatching.ts';
import { Plot } from './plot.tsx';
import { alignCurves, thinCurve } from './plot-data.ts';
import type { PlotSource } from './plot-source.ts';
import type { Pick } from './state.ts';
import type { Telemetry } from './use-telemetry.ts';

const BUCKETS = 600;

export interface PlotGroupProps {
  readonly axis: string;
  readonly members: readonly Pick[];
  readonly telemetry: Telemetry;
  readonly sources: readonly PlotSource[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly lockY: boolean;
  readonly onRange: (fromMs: number, toMs: number) => void;
  readonly onPan: (part: number) => void;
  readonly onZoom: (factor: number, anchor: number) => void;
  readonly onLive: () => void;
  readonly onRemove: (pick: Pick) => void;
}

/** Time between readings, from the last of them: what a silence is measured by. */
function cadenceOf(curve: Curve): number {
  const { times } = curve;
  const last = times.length - 1;
  const from = Math.max(0, last - 10);
  return last > from ? ((times[last] ?? 0) - (times[from] ?? 0)) / (last - from) : 10_000;
}

/** Curves of one axis with their legend, gaps and latest values. */
export function PlotGroup(props: PlotGroupProps): JSX.Element {
  const [cursor, setCursor] = createSignal<number>();
  const gaps = createMemo((): readonly GapBand[] => {
    props.telemetry.touch();
    const boards = [...new Set(props.members.map(({ board }) => board))];
    return boards.flatMap((board) =>
      (props.telemetry.of(board)?.curves.gaps ?? [])
        .filter((gap) => gap.toMs >= props.fromMs && gap.fromMs <= props.toMs)
        .map((gap) => ({
          fromMs: gap.fromMs,
          toMs: gap.toMs,
          words: t.common.lostRecords(gap.count, t.common.gapWhy[gap.why]),
        })),
    );
  });
  const data = createMemo(() => {
    props.telemetry.touch();
    return alignCurves(
      props.members.map(({ board, series }) => {
        const found = props.telemetry.of(board);
        const curve = found?.curves.get(series);
        if (curve === undefined) return { times: [], values: [] };
        const breakMs = freshnessLimits(cadenceOf(curve)).staleMs;
        return thinCurve(
          { times: curve.times, values: curve.values, breakMs },
          props.fromMs,
          props.toMs,
          BUCKETS,
          found?.curves.gaps ?? [],
        );
      }),
    );
  });
  const about = () => props.telemetry.about(props.members[0] ?? { board: '', series: '' });
  const series = createMemo(() =>
    props.members.map((pick) => ({ key: `${pick.board}/${pick.series}`, style: styleOf(pick.board, pick.series) })),
  );
  const several = () => props.sources.length > 1;
  const simulated = () =>
    props.members.some((pick) => props.sources.find(({ id }) => id === pick.board)?.simulated === true);
  const names = () => props.members.map((pick) => props.telemetry.about(pick).label).join(', ');

  return (
    <section class="plot-group" aria-label={`${about().label} ${about().unit}`}>
      <ul class="plot-legend">
        <For each={props.members}>
          {(pick, index) => (
            <LegendEntry
              pick={pick}
              named={several()}
              source={props.sources.find((source) => source.id === pick.board)}
              telemetry={props.telemetry}
              at={cursor() === undefined ? undefined : data().times[cursor() ?? 0]}
              atValue={cursor() === undefined ? undefined : data().columns[index()]?.[cursor() ?? 0]}
              onRemove={() => props.onRemove(pick)}
            />
          )}
        </For>
        <Show when={gaps().length > 0}>
          <li
            class="plot-gaps"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the causes of the gaps are shown on focus
            tabIndex={0}
            title={gaps()
              .map((gap) => telemetryWords.gap(gap.words, clockTime(gap.fromMs), clockTime(gap.toMs)))
              .join('\n')}
          >
            ▒ {telemetryWords.gaps(gaps().length)}
            <span class="plot-gap-list">
              <For each={gaps().slice(-8)}>
                {(gap) => <span>{telemetryWords.gap(gap.words, clockTime(gap.fromMs), clockTime(gap.toMs))}</span>}
              </For>
            </span>
          </li>
        </Show>
      </ul>
      <Plot
        label={telemetryWords.plotLabel(about().unit, names())}
        unit={about().unit}
        digits={about().digits}
        series={series()}
        data={data()}
        gaps={gaps()}
        simulated={simulated()}
        fromMs={props.fromMs}
        toMs={props.toMs}
        lockY={props.lockY}
        onRange={props.onRange}
        onPan={props.onPan}
        onZoom={props.onZoom}
        onLive={props.onLive}
        onCursor={setCursor}
      />
    </section>
  );
}

interface LegendEntryProps {
  readonly pick: Pick;
  /** Curves of several sources: say whose this is. */
  readonly named: boolean;
  readonly source: PlotSource | undefined;
  readonly telemetry: Telemetry;
  readonly at: number | undefined;
  readonly atValue: number | null | undefined;
  readonly onRemove: () => void;
}

function LegendEntry(props: LegendEntryProps): JSX.Element {
  const about = () => props.telemetry.about(props.pick);
  const style = () => styleOf(props.pick.board, props.pick.series);
  const latest = () => {
    props.telemetry.touch();
    const curve = props.telemetry.of(props.pick.board)?.curves.get(props.pick.series);
    if (curve === undefined || curve.length === 0) return undefined;
    return {
      value: curve.values[curve.length - 1] ?? Number.NaN,
      at: curve.times[curve.length - 1] ?? 0,
      cadenceMs: cadenceOf(curve),
      provenance: curve.provenance,
    };
  };
  const freshness = () => {
    const last = latest();
    if (last === undefined || props.source === undefined) return 'never';
    return freshnessOf(Math.max(0, now() - last.at), last.cadenceMs, props.source.gone);
  };
  const pointed = () => props.at !== undefined && typeof props.atValue === 'number';
  return (
    <li class={`legend-entry ${freshness()}`} data-series={props.pick.series} data-freshness={freshness()}>
      <svg class="legend-line" viewBox="0 0 28 4" aria-hidden="true">
        <line
          x1="0"
          x2="28"
          y1="2"
          y2="2"
          stroke={`var(--series-${style().colour})`}
          stroke-dasharray={style().dash.join(' ')}
        />
      </svg>
      <span>
        {about().label}
        <Show when={about().slot !== ''}> · {about().slot}</Show>
      </span>
      <Show when={t.common.provenanceTag[latest()?.provenance ?? 'measured'] !== ''}>
        <span class="tag" title={t.common.provenance[latest()?.provenance ?? 'measured']}>
          {t.common.provenanceTag[latest()?.provenance ?? 'measured']}
        </span>
      </Show>
      <strong class="legend-value">
        {formatValue(pointed() ? (props.atValue ?? undefined) : latest()?.value, about().digits)} {about().unit}
      </strong>
      <span class="soft small legend-age">
        {pointed()
          ? `${telemetryWords.at} ${clockTime(props.at ?? 0)}`
          : t.boards.valueAge(ageWords(latest() === undefined ? undefined : now() - (latest()?.at ?? 0)))}
      </span>
      <Show when={props.named && props.source}>{(source) => <span class="soft small">{source().name}</span>}</Show>
      <button
        type="button"
        class="legend-remove"
        aria-label={telemetryWords.remove(about().label)}
        onClick={() => props.onRemove()}
      >
        ✕
      </button>
    </li>
  );
}
