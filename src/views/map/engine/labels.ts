import type { MapLabel } from './map-engine.ts';

/** Where a label's entity is on the screen, px; undefined: not in sight. */
export type Placed = (key: string) => readonly [x: number, y: number] | undefined;

const CELL_PX = 10;
/** Room above and below the middle of a line. */
const HALF_PX = 8;
const FONT = '12px system-ui, sans-serif';
const MOST = 200;
const BESIDE_PX = 12;

/** Writes labels onto a canvas of its own, as many as there is room for: the first ones win. Gives how many were written. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: readonly MapLabel[],
  placed: Placed,
  look: { readonly ink: string; readonly background: string },
): number {
  const { width, height } = context.canvas;
  const ratio = devicePixelRatio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = FONT;
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = look.background;
  context.fillStyle = look.ink;
  const taken = new Set<number>();
  let written = 0;
  for (const { key, text } of labels) {
    if (written >= MOST) break;
    const at = placed(key);
    if (at === undefined) continue;
    const [x, y] = [at[0] + BESIDE_PX, at[1]];
    const cells = cellsOf(x, y, context.measureText(text).width);
    if (cells.some((cell) => taken.has(cell))) continue;
    for (const cell of cells) taken.add(cell);
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
    written += 1;
  }
  return written;
}

function cellsOf(x: number, y: number, width: number): number[] {
  const cells: number[] = [];
  for (let row = Math.floor((y - HALF_PX) / CELL_PX); row <= Math.floor((y + HALF_PX) / CELL_PX); row += 1)
    for (let column = Math.floor(x / CELL_PX); column <= Math.floor((x + width) / CELL_PX); column += 1)
      cells.push((row + 1_000) * 4_096 + column + 1_000);
  return cells;
}
