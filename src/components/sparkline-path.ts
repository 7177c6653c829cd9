/** A curve for a tile: the last `spanMs` of one series, drawn in a box of `width` × `height`. */
export interface SparklineShape {
  /** SVG path data. Empty when there are fewer than two readings. */
  readonly path: string;
  readonly low: number;
  readonly high: number;
}

export interface SparklineBox {
  readonly width: number;
  readonly height: number;
  readonly nowMs: number;
  readonly spanMs: number;
  /** Readings further apart than this are not joined. */
  readonly breakMs: number;
  /** The flattest curve still fills this much of the value axis, so that noise does not look like a storm. */
  readonly leastRange: number;
}

/** Two readings per pixel are enough: more are merged into the lowest and the highest of their pixel. */
export function sparklinePath(times: ArrayLike<number>, values: ArrayLike<number>, box: SparklineBox): SparklineShape {
  const from = box.nowMs - box.spanMs;
  let first = times.length;
  while (first > 0 && (times[first - 1] ?? 0) >= from) first -= 1;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = first; i < times.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high >= low) || times.length - first < 2) return { path: '', low, high };
  const middle = (low + high) / 2;
  const range = Math.max(high - low, box.leastRange, Number.EPSILON);
  const x = (at: number) => Math.min(box.width, ((at - from) / box.spanMs) * box.width);
  const y = (value: number) => box.height / 2 - ((value - middle) / range) * (box.height - 2);
  let path = '';
  let lastAt = Number.NEGATIVE_INFINITY;
  let pixel = Number.NaN;
  for (let i = first; i < times.length; i += 1) {
    const at = times[i] ?? 0;
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const half = Math.floor(x(at) * 2);
    const joined = at - lastAt <= box.breakMs;
    if (joined && half === pixel) continue;
    path += `${joined ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    pixel = half;
    lastAt = at;
  }
  return { path, low, high };
}
