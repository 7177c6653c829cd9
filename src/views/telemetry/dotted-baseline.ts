import type uPlot from 'uplot';

const DASH_PX = [2, 4] as const;

/** The foot of a plot as dots: some of its values are simulated, as under the small curves of a board's card. */
export function drawDottedBaseline({ ctx, bbox }: uPlot, ink: string): void {
  const ratio = globalThis.devicePixelRatio || 1;
  const y = bbox.top + bbox.height - ratio;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash(DASH_PX.map((px) => px * ratio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
