/** A curve's readings, oldest first. */
export interface CurveView {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** A known cadence, ms; a longer silence than some beats breaks the line. */
  readonly breakMs: number;
}

/** Columns as uPlot wants them: one time axis for all; `undefined` where a series has no point there, `null` where its line breaks. */
export interface PlotColumns {
  readonly times: number[];
  readonly columns: (number | null | undefined)[][];
}

interface Points {
  readonly times: number[];
  readonly values: (number | null)[];
}

/** Index of the first time that is not before `at`. */
export function lowerBound(times: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The readings between two times as at most four points per bucket (first, lowest, highest, last, in their order of time), with a
 * null in every gap: known ones, and silences longer than `breakMs`. Nothing is ever drawn across what is missing.
 */
export function thinCurve(
  curve: CurveView,
  fromMs: number,
  toMs: number,
  buckets: number,
  gaps: readonly { readonly fromMs: number; readonly toMs: number }[],
): Points {
  const times: number[] = [];
  const values: (number | null)[] = [];
  // One reading more on each side, so that the line runs to the edge.
  const first = Math.max(0, lowerBound(curve.times, fromMs) - 1);
  const last = Math.min(curve.times.length, lowerBound(curve.times, toMs) + 1);
  const width = Math.max(1, (toMs - fromMs) / Math.max(1, buckets));
  let previous = Number.NaN;
  let start = first;
  while (start < last) {
    const startAt = curve.times[start] ?? 0;
    const bucketEnd = startAt + width;
    const breaks =
      startAt - previous > curve.breakMs || gaps.some((gap) => gap.fromMs >= previous && gap.toMs <= startAt);
    if (breaks) {
      times.push((previous + startAt) / 2);
      values.push(null);
    }
    let end = start + 1;
    let low = start;
    let high = start;
    while (
      end < last &&
      (curve.times[end] ?? 0) < bucketEnd &&
      (curve.times[end] ?? 0) - (curve.times[end - 1] ?? 0) <= curve.breakMs
    ) {
      const value = curve.values[end] ?? 0;
      if (value < (curve.values[low] ?? 0)) low = end;
      if (value > (curve.values[high] ?? 0)) high = end;
      end += 1;
    }
    for (const index of [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)) {
      times.push(curve.times[index] ?? 0);
      values.push(curve.values[index] ?? null);
    }
    previous = curve.times[end - 1] ?? 0;
    start = end;
  }
  return { times, values };
}

/** Several curves on one time axis. */
export function alignCurves(curves: readonly Points[]): PlotColumns {
  const times = [...new Set(curves.flatMap((curve) => curve.times))].sort((a, b) => a - b);
  const place = new Map(times.map((at, index) => [at, index]));
  const columns = curves.map((curve) => {
    const column = new Array<number | null | undefined>(times.length).fill(undefined);
    curve.times.forEach((at, index) => {
      const slot = place.get(at);
      if (slot !== undefined) column[slot] = curve.values[index];
    });
    return column;
  });
  return { times, columns };
}
