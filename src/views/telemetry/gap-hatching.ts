import type uPlot from 'uplot';

/** A known loss as it is drawn: from, to, and a few words. */
export interface GapBand {
  readonly fromMs: number;
  readonly toMs: number;
  readonly words: string;
}

const STEP_PX = 7;

/** Hatches the bands on the canvas under the curves, with their words where there is room. */
export function drawGapBands(plot: uPlot, bands: readonly GapBand[], ink: string): void {
  const { ctx, bbox } = plot;
  const ratio = globalThis.devicePixelRatio || 1;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = ratio;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.setLineDash([]);
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  for (const band of bands) {
    const left = Math.max(bbox.left, plot.valToPos(band.fromMs, 'x', true));
    const right = Math.min(bbox.left + bbox.width, Math.max(left + 2 * ratio, plot.valToPos(band.toMs, 'x', true)));
    if (right <= bbox.left || left >= bbox.left + bbox.width) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.globalAlpha = 0.45;
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += STEP_PX * ratio) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
    if (ctx.measureText(band.words).width < right - left - 8 * ratio) {
      ctx.fillText(band.words, left + 4 * ratio, bbox.top + 13 * ratio);
    }
    ctx.restore();
  }
  ctx.restore();
}
