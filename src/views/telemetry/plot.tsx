import { createEffect, type JSX, on, onCleanup, onMount } from 'solid-js';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockTime } from '../../components/clock-words.ts';
import { formatValue } from '../../components/format-value.ts';
import type { SeriesStyle } from '../../components/series-style.ts';
import { drawDottedBaseline } from './dotted-baseline.ts';
import { drawGapBands, type GapBand } from './gap-hatching.ts';
import type { PlotColumns } from './plot-data.ts';
import { watchGestures } from './plot-gestures.ts';

export interface PlotSeries {
  readonly key: string;
  readonly style: SeriesStyle;
}

export interface PlotProps {
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly series: readonly PlotSeries[];
  readonly data: PlotColumns;
  readonly gaps: readonly GapBand[];
  /** Invented values among them: the baseline is dotted. */
  readonly simulated: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lockY: boolean;
  readonly onRange: (fromMs: number, toMs: number) => void;
  readonly onPan: (part: number) => void;
  readonly onZoom: (factor: number, anchor: number) => void;
  readonly onLive: () => void;
  /** Index in the columns under the cursor; undefined when it left. */
  readonly onCursor: (index: number | undefined) => void;
}

const colour = (token: string) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();
const SYNC = 'telemetry';
const LEAST_PX = 110;

/** One group of curves that share a unit. Redrawn at most once per frame, and not at all while the page is hidden. */
export function Plot(props: PlotProps): JSX.Element {
  let box: HTMLDivElement | undefined;
  let plot: uPlot | undefined;
  let lockedRange: [number, number] | undefined;
  let asked = 0;

  const yRange = (_: uPlot, low: number | null, high: number | null): [number, number] => {
    if (props.lockY && lockedRange !== undefined) return lockedRange;
    const least = 10 ** -props.digits * 10;
    const middle = ((low ?? 0) + (high ?? 1)) / 2;
    const half = Math.max((high ?? 1) - (low ?? 0), least) * 0.56;
    lockedRange = [middle - half, middle + half];
    return lockedRange;
  };
  const make = () => {
    if (box === undefined) return;
    plot?.destroy();
    const axis = { stroke: colour('--ink-2'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    plot = new uPlot(
      {
        width: Math.max(200, box.clientWidth),
        height: Math.max(LEAST_PX, box.clientHeight),
        ms: 1,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: SYNC }, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
        scales: { x: { time: true }, y: { range: yRange } },
        axes: [
          {
            ...axis,
            values: (_, splits) => splits.map((at) => clockTime(at)),
            space: 90,
            size: 26,
            font: '11px system-ui',
          },
          {
            ...axis,
            size: 68,
            values: (_, splits) => splits.map((v) => formatValue(v, props.digits)),
            font: '11px system-ui',
          },
        ],
        series: [
          {},
          ...props.series.map(({ style }) => ({
            stroke: colour(`--series-${style.colour}`),
            width: 2 / devicePixelRatio < 1 ? 1.5 : 2,
            dash: [...style.dash],
            points: { show: props.data.times.length < 90, size: 4 },
            spanGaps: false,
          })),
        ],
        hooks: {
          drawClear: [
            (u) => {
              drawGapBands(u, props.gaps, colour('--ink-2'));
              if (props.simulated) drawDottedBaseline(u, colour('--ink-2'));
            },
          ],
          setCursor: [(u) => props.onCursor(u.cursor.idx ?? undefined)],
          setSelect: [
            (u) => {
              const { left, width } = u.select;
              if (width > 6) props.onRange(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      [[], ...props.series.map(() => [])],
      box,
    );
    plot.over.addEventListener('dblclick', () => props.onLive());
    draw();
  };
  const draw = () => {
    if (asked !== 0) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      if (plot === undefined) return;
      plot.batch(() => {
        plot?.setData([props.data.times, ...props.data.columns], false);
        plot?.setScale('x', { min: props.fromMs, max: props.toMs });
      });
    });
  };
  onMount(() => {
    if (box === undefined) return;
    make();
    const resize = new ResizeObserver(([entry]) => {
      const size = entry?.contentRect;
      if (size !== undefined && size.width > 0)
        plot?.setSize({ width: size.width, height: Math.max(LEAST_PX, size.height) });
    });
    resize.observe(box);
    const look = new MutationObserver(make);
    look.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
    const stopGestures = watchGestures(box, { pan: (part) => props.onPan(part), zoom: (f, a) => props.onZoom(f, a) });
    onCleanup(() => {
      cancelAnimationFrame(asked);
      resize.disconnect();
      look.disconnect();
      stopGestures();
      plot?.destroy();
    });
  });
  createEffect(on(() => props.series.map(({ key }) => key).join(), make, { defer: true }));
  createEffect(
    on(() => [props.data, props.fromMs, props.toMs, props.gaps, props.lockY, props.simulated], draw, { defer: true }),
  );

  return <div class="plot" ref={box} role="img" aria-label={props.label} />;
}
