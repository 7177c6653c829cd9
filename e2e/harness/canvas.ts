import type { Locator } from 'playwright-core';

/** What is drawn on a canvas now, to be compared with what was. */
export const picture = (canvas: Locator): Promise<string> =>
  canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());

/** How many points have a colour, and are neither grey as axes are nor nothing: those of the curves. */
export const colouredPixels = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const pixels = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const rgb = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      if ((pixels[at + 3] ?? 0) > 128 && Math.max(...rgb) - Math.min(...rgb) > 60) count++;
    }
    return count;
  });
