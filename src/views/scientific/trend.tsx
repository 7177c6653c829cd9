import { createMemo, For, type JSX, Show } from 'solid-js';
import { formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { sparklinePath } from '../../components/sparkline-path.ts';
import type { Curve } from '../../link/curve.ts';
import type { Limit } from './limits.ts';

const WIDTH = 600;

export interface TrendProps {
  readonly curve: Curve | undefined;
  /** Changes when the curve did. */
  readonly version: number;
  readonly spanMs: number;
  readonly heightPx: number;
  /** Readings further apart than this are not joined, ms. */
  readonly breakMs: number;
  readonly digits: number;
  readonly unit: string;
  readonly label: string;
  readonly limit?: Limit | undefined;
  readonly simulated: boolean;
}

/** A reading over time with its limits as hairlines. Never joined across a silence; lowest and highest are written beside it. */
export function Trend(props: TrendProps): JSX.Element {
  const shape = createMemo(() => {
    props.version;
    const { curve } = props;
    if (curve === undefined) return undefined;
    const box = {
      width: WIDTH,
      height: props.heightPx,
      nowMs: now(),
      spanMs: props.spanMs,
      breakMs: props.breakMs,
      leastRange: 10 ** -props.digits * 10,
    };
    const drawn = sparklinePath(curve.times, curve.values, box);
    if (drawn.path === '') return undefined;
    const range = Math.max(drawn.high - drawn.low, box.leastRange);
    const middle = (drawn.low + drawn.high) / 2;
    const lines = [props.limit?.low, props.limit?.high].flatMap((limit) => {
      const y = limit === undefined ? Number.NaN : box.height / 2 - ((limit - middle) / range) * (box.height - 2);
      return y >= 0 && y <= box.height ? [y] : [];
    });
    return { ...drawn, lines };
  });
  return (
    <span class="lab-trend" classList={{ dotted: props.simulated }}>
      <Show when={shape()} fallback={<span class="soft small">–</span>}>
        {(drawn) => (
          <>
            <svg
              viewBox={`0 0 ${WIDTH} ${props.heightPx}`}
              preserveAspectRatio="none"
              style={{ height: `${props.heightPx}px` }}
              role="img"
              aria-label={props.label}
            >
              <For each={drawn().lines}>{(y) => <line class="lab-trend-limit" x1="0" x2={WIDTH} y1={y} y2={y} />}</For>
              <path d={drawn().path} />
            </svg>
            <span class="lab-trend-range small soft">
              {formatValue(drawn().low, props.digits)}–{formatValue(drawn().high, props.digits)} {props.unit}
            </span>
          </>
        )}
      </Show>
    </span>
  );
}
