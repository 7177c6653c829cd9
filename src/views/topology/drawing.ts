import type { NodeShape } from './look.ts';

/** A node as it is painted; pixels at zoom 1, y downwards, colours as CSS writes them. */
export interface DrawnNode {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** Its label is shown at any zoom. */
  readonly isLabelKept: boolean;
  readonly shape: NodeShape;
  /** Radius, px. */
  readonly size: number;
  readonly ring: string;
  readonly inside: string;
  /** 0–1 */
  readonly opacity: number;
  readonly hidden: boolean;
}

export interface DrawnEdge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly color: string;
  /** px */
  readonly width: number;
  readonly opacity: number;
  /** It goes one way, and says which. */
  readonly hasHead: boolean;
  readonly hidden: boolean;
}

/** What is new, other than it was, or gone. */
export interface DrawingChange {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly goneNodes: readonly string[];
  readonly goneEdges: readonly string[];
}

/** Something that paints the graph: WebGL, or a plain canvas where there is none. */
export interface Drawing {
  readonly kind: 'webgl' | 'canvas';
  draw(change: DrawingChange): void;
  /** Everything, or these, in sight. */
  fit(keys?: ReadonlySet<string>): void;
  /** Below 1: closer. */
  zoomBy(factor: number): void;
  /** In sight, without a change of zoom; not when it is already. */
  reveal(key: string): void;
  /** Where a node is now, px from the left and top of the drawing. */
  onScreen(key: string): readonly [x: number, y: number] | undefined;
  kill(): void;
}

export interface DrawingEvents {
  /** A node was pressed; undefined: the ground. */
  onPick(key: string | undefined): void;
  /** A person moved a node to there. */
  onMoved(key: string, x: number, y: number): void;
  /** It was painted: what lies over it may have to move. */
  onPainted(): void;
  /** The graphics card took it away for good. */
  onLost(): void;
}

/** The box round some places, with room at its sides. */
export function boxOf(places: Iterable<{ readonly x: number; readonly y: number }>, marginPx: number) {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of places) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (left > right) return undefined;
  return {
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    width: right - left + 2 * marginPx,
    height: bottom - top + 2 * marginPx,
  };
}

/** Nothing is drawn closer or farther than this: px of the layout per px of the screen. */
export const MIN_SCALE = 0.1;
export const MAX_SCALE = 12;
export const FIT_MARGIN_PX = 72;
