import { createMemo, type JSX } from 'solid-js';
import { sparklinePath } from './sparkline-path.ts';
import './sparkline.css';

const WIDTH = 120;
const HEIGHT = 24;
const SPAN_MS = 60_000;

export interface SparklineProps {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly nowMs: number;
  /** How much of it is shown; default: the last 60 s. */
  readonly spanMs?: number;
  readonly cadenceMs: number;
  readonly digits: number;
  readonly label: string;
  /** Simulated: a dotted baseline says so. */
  readonly dotted: boolean;
}

/** The last of one series. Never joined across a silence. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const shape = createMemo(() =>
    sparklinePath(props.times, props.values, {
      width: WIDTH,
      height: HEIGHT,
      nowMs: props.nowMs,
      spanMs: props.spanMs ?? SPAN_MS,
      breakMs: Math.max(3000, props.cadenceMs * 4.5),
      leastRange: 10 ** -props.digits * 4,
    }),
  );
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      <line
        class="sparkline-base"
        classList={{ dotted: props.dotted }}
        x1="0"
        x2={WIDTH}
        y1={HEIGHT - 0.5}
        y2={HEIGHT - 0.5}
      />
      <path d={shape().path} />
    </svg>
  );
}
