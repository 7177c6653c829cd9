import type { AgentState } from '../../contract/upstream/mas-topology.ts';
import type { SceneEdge, SceneNode } from './scene-parts.ts';

/** State is word, shape and colour, never colour alone. */
export type NodeShape = 'circle' | 'square' | 'diamond' | 'triangle';

/** The colours of the interface as numbers, since WebGL reads no CSS. */
export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly faint: string;
  readonly ground: string;
  readonly accent: string;
  readonly warn: string;
  readonly alarm: string;
  readonly info: string;
}

export const STATE_SHAPES: Readonly<Record<AgentState, NodeShape>> = {
  active: 'circle',
  busy: 'circle',
  idle: 'circle',
  degraded: 'diamond',
  unresponsive: 'diamond',
  error: 'triangle',
  offline: 'triangle',
  starting: 'square',
  stopping: 'square',
  unknown: 'square',
};

const STATE_COLORS: Readonly<Record<AgentState, keyof Palette>> = {
  active: 'accent',
  busy: 'accent',
  idle: 'soft',
  degraded: 'warn',
  unresponsive: 'warn',
  error: 'alarm',
  offline: 'alarm',
  starting: 'info',
  stopping: 'info',
  unknown: 'soft',
};

/** The same shapes as text, for tables and lists. */
export const SHAPE_SIGNS: Readonly<Record<NodeShape, string>> = {
  circle: '●',
  square: '■',
  diamond: '◆',
  triangle: '▲',
};

export const DIM = 0.16;

export interface NodeLook {
  readonly shape: NodeShape;
  readonly size: number;
  readonly ring: string;
  readonly inside: string;
  readonly opacity: number;
  readonly isLabelKept: boolean;
}

export function lookOfNode(node: SceneNode, palette: Palette): NodeLook {
  const opacity = node.emphasis === 'dim' ? DIM : 1;
  const isLit = node.emphasis === 'lit';
  if (node.kind !== 'agent' && node.kind !== 'hub') {
    const ring = node.kind === 'stranger' || node.kind === 'broadcast' ? palette.soft : palette.line;
    const size = node.kind === 'stranger' ? 5 : node.kind === 'broadcast' ? 8 : 6;
    return {
      shape: node.kind === 'stranger' ? 'square' : 'circle',
      size,
      ring,
      inside: palette.ground,
      opacity,
      isLabelKept: isLit || node.kind !== 'stranger',
    };
  }
  const state = node.state ?? 'unknown';
  const color =
    node.life === 'gone' ? palette.soft : node.state === undefined ? palette.line : palette[STATE_COLORS[state]];
  const isBad = STATE_COLORS[state] === 'alarm' || STATE_COLORS[state] === 'warn';
  const base = node.kind === 'hub' ? 14 : isBad && node.life !== 'gone' ? 10 : 8;
  return {
    shape: node.life === 'gone' ? 'circle' : STATE_SHAPES[state],
    size: isLit ? base + 2 : base,
    ring: color,
    inside: node.life === 'live' ? color : palette.ground,
    opacity,
    isLabelKept: isLit || node.kind === 'hub' || (node.isLoud && node.emphasis !== 'dim'),
  };
}

export interface EdgeLook {
  readonly color: string;
  readonly width: number;
  readonly opacity: number;
  readonly hasHead: boolean;
}

const MAX_WIDTH = 9;

/** Wider for more messages a minute: 1 → 2 px, 10 → 4 px, 100 → 6.5 px. */
export const widthOf = (perMin: number): number => Math.min(MAX_WIDTH, 1.2 + 0.8 * Math.log2(1 + perMin));

export function lookOfEdge(edge: SceneEdge, palette: Palette): EdgeLook {
  const opacity = edge.emphasis === 'dim' ? DIM : edge.emphasis === 'lit' ? 1 : 0.5;
  const width = edge.emphasis === 'lit' ? 1 : 0;
  switch (edge.kind) {
    case 'bus':
      return edge.perMin === undefined || edge.perMin === 0
        ? { color: palette.faint, width: 1 + width, opacity, hasHead: true }
        : { color: palette.accent, width: widthOf(edge.perMin) + width, opacity, hasHead: true };
    case 'depends_on':
      return { color: palette.info, width: 1.4 + width, opacity, hasHead: true };
    default:
      return { color: palette.faint, width: 0.8 + width, opacity: Math.min(opacity, 0.6), hasHead: false };
  }
}

/** The palette of what an element shows now. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgb = (name: string): string => {
    const value = style.getPropertyValue(name).trim();
    if (context === null) return value;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = value;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  };
  return {
    ink: rgb('--ink'),
    soft: rgb('--ink-2'),
    line: rgb('--line-strong'),
    faint: rgb('--line-strong'),
    ground: rgb('--surface'),
    accent: rgb('--accent-ink'),
    warn: rgb('--warn-ink'),
    alarm: rgb('--alarm-ink'),
    info: rgb('--info-ink'),
  };
}
