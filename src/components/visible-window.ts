/** Which rows of a long list exist in the page. */
export interface VisibleWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

const OVERSCAN = 12;

/** Rows in sight of a list of `count` rows of `rowPx`, scrolled by `scrollPx`, with some more on each side. */
export function visibleWindow(count: number, rowPx: number, scrollPx: number, heightPx: number): VisibleWindow {
  const top = Math.floor(Math.max(0, scrollPx) / rowPx);
  const first = Math.min(Math.max(0, count - 1), Math.max(0, top - OVERSCAN));
  return { first, end: Math.min(count, top + Math.ceil(heightPx / rowPx) + OVERSCAN) };
}
