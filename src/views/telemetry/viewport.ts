/** The part of time that is shown: the last `spanMs` until `untilMs`, or until now when that is undefined (live). */
export interface Viewport {
  readonly spanMs: number;
  readonly untilMs: number | undefined;
}

export const MIN_SPAN_MS = 2000;
export const MAX_SPAN_MS = 86_400_000;
export const DEFAULT_SPAN_MS = 120_000;

/** A live view that is not filled yet shows at least this much. */
export const FIRST_SPAN_MS = 10_000;

const clampSpan = (ms: number) => Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, Math.round(ms)));

export const viewEnd = (view: Viewport, nowMs: number): number => view.untilMs ?? nowMs;

/**
 * How much of a live view is shown: what exists, so that the first minute is not squeezed against the right edge; the whole span
 * when it is filled, and always when looking back.
 */
export function filledSpan(view: Viewport, firstMs: number, nowMs: number): number {
  if (view.untilMs !== undefined || !Number.isFinite(firstMs)) return view.spanMs;
  return Math.min(view.spanMs, Math.max(FIRST_SPAN_MS, Math.round(nowMs - firstMs)));
}

/** Moves by a part of what is shown; negative is back. Moving past now is live again. */
export function pan(view: Viewport, part: number, nowMs: number): Viewport {
  const until = viewEnd(view, nowMs) + part * view.spanMs;
  return { spanMs: view.spanMs, untilMs: until >= nowMs ? undefined : Math.round(until) };
}

/** Shows `factor` times as much time, with the moment at `anchor` (0 left edge … 1 right edge) staying where it is. Live stays live. */
export function zoom(view: Viewport, factor: number, anchor: number, nowMs: number): Viewport {
  const spanMs = clampSpan(view.spanMs * factor);
  if (view.untilMs === undefined) return { spanMs, untilMs: undefined };
  const fixed = view.untilMs - view.spanMs * (1 - anchor);
  const until = fixed + spanMs * (1 - anchor);
  return { spanMs, untilMs: until >= nowMs ? undefined : Math.round(until) };
}

/** Shows exactly one range. */
export const showRange = (fromMs: number, toMs: number): Viewport => ({
  spanMs: clampSpan(toMs - fromMs),
  untilMs: Math.round(toMs),
});
